// Writes workflow commands as GitHub's own toolkit does: a JSON list of { command, properties, message } on standard input.
import { readFileSync } from 'node:fs';
import { issueCommand } from './node_modules/@actions/core/lib/command.js';

for (const { command, properties, message } of JSON.parse(readFileSync(0, 'utf8'))) {
  issueCommand(command, properties, message);
}

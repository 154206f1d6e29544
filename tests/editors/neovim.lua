-- A session of Neovim with `opsbook lsp`: what a writer does, and what must be in the buffers afterwards.
-- Run by tests/editors/run.sh, which makes the handbook. Works from Neovim 0.7 on.

local root = assert(os.getenv('OPSBOOK_HANDBOOK'), 'OPSBOOK_HANDBOOK names the handbook')
local program = assert(os.getenv('OPSBOOK_PROGRAM'), 'OPSBOOK_PROGRAM names the program')
local PATIENCE_MS = 30000

local function equal(what, expected, found)
  if not vim.deep_equal(expected, found) then
    error(what .. ': expected ' .. vim.inspect(expected) .. ', found ' .. vim.inspect(found), 2)
  end
  print('ok: ' .. what)
end

local function wait(what, is_so)
  if not vim.wait(PATIENCE_MS, is_so, 20) then
    error(what .. ': nothing came; findings are ' .. vim.inspect(vim.diagnostic.get()), 2)
  end
end

local client_id

local function edit(path)
  vim.cmd('edit ' .. vim.fn.fnameescape(root .. '/' .. path))
  local buffer = vim.api.nvim_get_current_buf()
  assert(vim.lsp.buf_attach_client(buffer, client_id), 'the buffer is attached')
  return buffer
end

local function lines(buffer)
  return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
end

local function ask(buffer, method, params)
  local client = vim.lsp.get_client_by_id(client_id)
  local answer, problem = client.request_sync(method, params, PATIENCE_MS, buffer)
  assert(answer and not answer.err, method .. ': ' .. vim.inspect(problem or answer and answer.err))
  return answer.result, client.offset_encoding
end

local function place(line, column)
  vim.api.nvim_win_set_cursor(0, { line, column })
  return vim.lsp.util.make_position_params()
end

local function codes(buffer)
  return vim.tbl_map(function(finding) return finding.code or finding.user_data.lsp.code end, vim.diagnostic.get(buffer))
end

local function session()
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  client_id = assert(vim.lsp.start_client({ name = 'opsbook', cmd = { program, 'lsp' }, root_dir = root, capabilities = capabilities,
    workspace_folders = { { uri = vim.uri_from_fname(root), name = 'handbook' } } }))

  -- Types a broken link and gets the finding.
  local home = edit('content/index.md')
  vim.api.nvim_buf_set_lines(home, -1, -1, false, { '', 'Read [how to set up](guides/set-ap.md).' })
  wait('a finding', function() return vim.tbl_contains(codes(home), 'broken-link') end)
  equal('the finding of a broken link', { 'broken-link' }, codes(home))

  -- Takes the fix that the finding offers.
  place(5, 25)
  local params = vim.lsp.util.make_range_params()
  params.context = { diagnostics = {} }
  local actions, encoding = ask(home, 'textDocument/codeAction', params)
  equal('what mends it', { "Write 'guides/set-up.md'" }, vim.tbl_map(function(action) return action.title end, actions))
  vim.lsp.util.apply_workspace_edit(actions[1].edit, encoding)
  equal('the fix', 'Read [how to set up](guides/set-up.md).', lines(home)[5])
  wait('no finding', function() return #codes(home) == 0 end)

  -- Completes a link.
  vim.api.nvim_buf_set_lines(home, -1, -1, false, { '', 'And [afterwards](gui' })
  place(7, 0)
  vim.cmd('normal! $')
  local at_end = vim.lsp.util.make_position_params()
  at_end.position.character = #'And [afterwards](gui'
  local list = ask(home, 'textDocument/completion', at_end)
  local targets = vim.tbl_map(function(item) return item.label end, list.items)
  equal('completion of a link', { 'guides/after.md', 'guides/set-up.md' }, targets)
  vim.lsp.util.apply_text_edits({ list.items[1].textEdit }, home, encoding)
  vim.api.nvim_buf_set_text(home, 6, #lines(home)[7], 6, #lines(home)[7], { ')' })
  equal('the completed link', 'And [afterwards](guides/after.md)', lines(home)[7])

  -- Hovers over it and follows it.
  local hover = ask(home, 'textDocument/hover', place(7, 20))
  equal('the page behind a link', true, hover.contents.value:find('Clean up', 1, true) ~= nil)
  local target = ask(home, 'textDocument/definition', place(7, 20))
  equal('where a link leads', vim.uri_from_fname(root .. '/content/guides/after.md'), target.uri)

  -- Renames a heading: links to it follow, also in files that aren't open.
  local guide = edit('content/guides/set-up.md')
  place(3, 5)
  vim.lsp.buf.rename('Step one')
  wait('a new heading', function() return lines(guide)[3] == '## Step one' end)
  equal('the link of the page itself', 'Back to [the first](#step-one).', lines(guide)[7])
  local after = edit('content/guides/after.md')
  equal('a link from elsewhere', 'As in [step one](set-up.md#step-one).', lines(after)[3])
  vim.cmd('wall')

  -- Renames a file: links to it follow, and its own.
  local from, to = root .. '/content/guides/after.md', root .. '/content/tidy.md'
  local change = ask(after, 'workspace/willRenameFiles', { files = { { oldUri = vim.uri_from_fname(from), newUri = vim.uri_from_fname(to) } } })
  vim.lsp.util.apply_workspace_edit(change, encoding)
  equal('a link to the file', 'And [afterwards](tidy.md)', lines(home)[7])
  equal('a link of the file', 'As in [step one](guides/set-up.md#step-one).', lines(after)[#lines(after)])
  vim.cmd('wall')
  vim.cmd('bdelete! ' .. after)
  assert(os.rename(from, to))
  local client = vim.lsp.get_client_by_id(client_id)
  client.notify('workspace/didChangeWatchedFiles', { changes = { { uri = vim.uri_from_fname(from), type = 3 }, { uri = vim.uri_from_fname(to), type = 1 } } })
  ask(home, 'textDocument/documentSymbol', { textDocument = { uri = vim.uri_from_bufnr(home) } })
  wait('no finding', function() return #vim.diagnostic.get() == 0 end)
  equal('findings at the end', {}, vim.diagnostic.get())

  client.stop()
  wait('the end', function() return client.is_stopped() end)
end

local is_well, problem = xpcall(session, debug.traceback)
if not is_well then
  print('FAILED: ' .. problem)
  vim.cmd('cquit 1')
end
print('the session went well')
vim.cmd('qall!')

//! Where reports go: several formats in one run, each to the terminal or to a file of its own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;

use super::Failure;
use super::compiled::Compiled;
use super::output::{self, Color, Stream};
use crate::disk::ReportFile;
use crate::project::Project;
use crate::report::{FORMATS, Format, format};

/// What one `--format` says: `sarif`, or `sarif=opsbook.sarif`.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    format: &'static Format,
    file: Option<PathBuf>,
}

/// Reads the value of `--format`.
#[derive(Debug, Clone)]
pub(super) struct WantedParser;

impl TypedValueParser for WantedParser {
    type Value = Wanted;

    fn parse_ref(&self, command: &clap::Command, argument: Option<&clap::Arg>, value: &OsStr) -> Result<Wanted, clap::Error> {
        let text = value.to_str().unwrap_or_default();
        let (name, file) = text.split_once('=').map_or((text, None), |(name, file)| (name, Some(file)));
        let name = PossibleValuesParser::new(possible_values()).parse_ref(command, argument, OsStr::new(name))?;
        if file == Some("") {
            let message = format!("'--format {name}=' names no file\n\n  tip: write '--format {name}=FILE', or '--format {name}' to print it\n");
            return Err(clap::Error::raw(ErrorKind::InvalidValue, message).with_cmd(command));
        }
        let missing = || clap::Error::raw(ErrorKind::InvalidValue, format!("there is no format '{name}'\n")).with_cmd(command);
        Ok(Wanted { format: format(&name).ok_or_else(missing)?, file: file.and_then(|file| named(Path::new(file))) })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(possible_values().into_iter()))
    }
}

fn possible_values() -> Vec<PossibleValue> {
    FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.summary)).collect()
}

/// The file that a path names; `-` is standard output, as everywhere.
fn named(path: &Path) -> Option<PathBuf> {
    (path != Path::new("-")).then(|| path.to_path_buf())
}

/// One report of a run.
#[derive(Debug)]
pub(super) struct Destination {
    format: &'static Format,
    /// None is standard output.
    file: Option<(PathBuf, ReportFile)>,
}

/// Decides what goes where, before any work is done: at most one report to standard output, and no two to one file.
pub(super) fn plan(wanted: Vec<Wanted>, output: Option<&Path>, project: &Project) -> Result<Vec<Destination>, Failure> {
    let mut wanted = wanted;
    if wanted.is_empty() {
        wanted.extend(FORMATS.first().map(|format| Wanted { format, file: None }));
    }
    if let Some(output) = output {
        give_output(&mut wanted, output)?;
    }
    let printed = without_file(&wanted);
    if let [first, second, ..] = printed.as_slice() {
        return Err(Failure::new(
            format!("'{first}' and '{second}' can't both go to standard output"),
            format!("name a file for all but one: `--format {first} --format {second}=FILE`"),
        ));
    }
    let layout = project.layout();
    let mut destinations: Vec<Destination> = Vec::new();
    for Wanted { format, file } in wanted {
        let file = match file {
            None => None,
            Some(path) => {
                let place = ReportFile::new(&path, &project.root, &layout)?;
                let taken = destinations.iter().find(|other| other.file.as_ref().is_some_and(|(_, taken)| *taken == place));
                if let Some(other) = taken {
                    let message = format!("'{}' and '{}' can't both go to '{}'", other.format.name, format.name, path.display());
                    return Err(Failure::new(message, "name a file for each"));
                }
                Some((path, place))
            }
        };
        destinations.push(Destination { format, file });
    }
    Ok(destinations)
}

/// Gives `--output` to the one format that names no file of its own.
fn give_output(wanted: &mut [Wanted], output: &Path) -> Result<(), Failure> {
    match without_file(wanted).as_slice() {
        [] => Err(Failure::new("'--output' has no format: each names a file of its own", "leave out '--output', or the file after '='")),
        [_] => {
            for wanted in wanted.iter_mut().filter(|wanted| wanted.file.is_none()) {
                wanted.file = named(output);
            }
            Ok(())
        }
        [first, second, ..] => Err(Failure::new(
            format!("'--output' is one file, and both '{first}' and '{second}' would go there"),
            format!("name a file for each: `--format {first}=FILE --format {second}=FILE`"),
        )),
    }
}

fn without_file(wanted: &[Wanted]) -> Vec<&'static str> {
    wanted.iter().filter(|wanted| wanted.file.is_none()).map(|wanted| wanted.format.name).collect()
}

/// Writes the reports: first what is printed, so that the findings are seen even if a file can't be written.
pub(super) fn write(destinations: &[Destination], compiled: &Compiled, color: Color, is_quiet: bool, prefix: &str) -> Result<(), Failure> {
    let mut result = Ok(());
    compiled.report(|report| {
        if let Some(Destination { format, .. }) = destinations.iter().find(|destination| destination.file.is_none()) {
            let options = compiled.options(output::options(Stream::Out, color, prefix));
            // What programs read is the same whether or not somebody wants to be told less.
            if !is_quiet || !format.is_for_people() {
                output::print(Stream::Out, &(format.write)(report, &options));
            } else if !report.diagnostics.is_empty() {
                output::print(Stream::Out, &output::findings(report, &options));
            }
        } else if !is_quiet {
            let files: Vec<String> = destinations.iter().filter_map(|destination| Some(destination.file.as_ref()?.0.display().to_string())).collect();
            output::complain(&format!("{}: {}", files.join(", "), report.closing_line()));
        }
        for Destination { format, file } in destinations {
            if let Some((_, place)) = file {
                let written = place.write(&(format.write)(report, &compiled.options(output::file_options(color, prefix))));
                // The other files are written all the same; the first failure is the one to tell.
                result = std::mem::replace(&mut result, Ok(())).and(written.map_err(Failure::from));
            }
        }
    });
    result
}

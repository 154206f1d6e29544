//! The opsbook program: arguments in, exit code out.

fn main() -> std::process::ExitCode {
    opsbook::cli::run()
}

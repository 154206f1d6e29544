//! The opsbook program: arguments in, exit code out.

/// A build asks for memory millions of times, on all cores at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    opsbook::cli::run()
}

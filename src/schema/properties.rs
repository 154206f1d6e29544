//! Properties that hold for every schema and document.

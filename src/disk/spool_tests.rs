use super::tests::*;
use super::*;
use crate::disk::{replace, write_new};
use crate::site::Shelf;

#[test]
fn what_lies_in_a_spool_is_moved_and_what_is_the_same_is_not_written() {
    let desk = Desk::new();
    let names = |desk: &Desk| files(desk.root()).into_keys().collect::<Vec<_>>();
    let run = |site: &[(&str, &str)]| {
        let spool = Spool::open(desk.root(), "content", &desk.output()).unwrap();
        let keep = |(place, text): &(&str, &str)| {
            let place = SitePath::new(place).unwrap();
            let file = spool.keep(&place, text.as_bytes().into());
            (place, file)
        };
        let site = Site { files: site.iter().map(keep).collect() };
        let written = site.files.values().filter(|file| matches!(file, SiteFile::Shelved { number: Some(_), .. })).count();
        assert!(site.files.values().all(|file| matches!(file, SiteFile::Shelved { .. })), "nothing stays in memory");
        (written, publish_from(&spool, &site, &Origin { root: desk.root(), content: "content", mounts: &Mounts::default() }, &desk.output()).unwrap())
    };
    let before = names(&desk);
    assert_eq!(run(&[("index.html", "one"), ("a/b.html", "two")]), (2, counts(2, 0, 0)));
    assert_eq!(desk.seen().into_iter().collect::<Vec<_>>(), [("a/b.html".to_owned(), "two".to_owned()), ("index.html".to_owned(), "one".to_owned())]);
    assert_eq!(run(&[("index.html", "one"), ("a/b.html", "three")]), (1, counts(1, 1, 0)));
    replace(&desk.output().join("index.html"), "another length").unwrap();
    assert_eq!(run(&[("index.html", "one"), ("a/b.html", "three")]), (1, counts(1, 1, 0)));
    let own = |name: &&String| !before.contains(*name) && !name.starts_with("book/");
    assert_eq!(names(&desk).iter().filter(own).collect::<Vec<_>>(), Vec::<&String>::new(), "the spool is gone");
}

/// Every file of a site, kept by a spool.
fn kept(files: &[(&str, &str)], spool: &Spool) -> Site {
    let keep = |(path, text): &(&str, &str)| {
        let place = SitePath::new(path).unwrap();
        let file = spool.keep(&place, text.as_bytes().into());
        (place, file)
    };
    Site { files: files.iter().map(keep).collect() }
}

fn is_there_already(file: &SiteFile) -> bool {
    matches!(file, SiteFile::Shelved { number: None, .. })
}

#[test]
fn a_spool_trusts_nothing_that_a_stopped_run_left() {
    let desk = Desk::new();
    desk.publish(&site(OLD)).unwrap();
    desk.stop_at(&site(NEW), Stage::Moved(2));
    let spool = Spool::open(desk.root(), "content", &desk.output()).unwrap();
    let again = kept(OLD, &spool);
    assert!(!again.files.values().any(is_there_already));
    let origin = Origin { root: desk.root(), content: "content", mounts: &Mounts::default() };
    publish_from(&spool, &again, &origin, &desk.output()).unwrap();
    assert_eq!(desk.seen(), expected(OLD));
}

#[test]
fn a_spool_that_forgot_what_was_published_writes_everything() {
    let desk = Desk::new();
    desk.publish(&site(OLD)).unwrap();
    let mut spool = Spool::open(desk.root(), "content", &desk.output()).unwrap();
    assert!(kept(OLD, &spool).files.values().all(is_there_already));
    spool.forget_published();
    let again = kept(OLD, &spool);
    assert!(!again.files.values().any(is_there_already));
    let origin = Origin { root: desk.root(), content: "content", mounts: &Mounts::default() };
    assert_eq!(publish_from(&spool, &again, &origin, &desk.output()).unwrap(), counts(0, OLD.len(), 0), "publishing knows them all the same");
    assert_eq!(desk.seen(), expected(OLD));
}

#[test]
fn a_new_folder_holds_what_the_site_has_and_nothing_else_that_was_kept() {
    let desk = Desk::new();
    let spool = Spool::open(desk.root(), "content", &desk.output()).unwrap();
    let keep = |place: &str, text: &str| spool.keep(&SitePath::new(place).unwrap(), text.as_bytes().into());
    let folder = keep("a", "a file where a folder is wanted");
    let kept = [("b/c.html", keep("b/c.html", "one")), ("b/d/e.html", keep("b/d/e.html", "two"))];
    assert!(matches!(keep("a/inside.html", "no room"), SiteFile::Bytes(_)), "{folder:?}");
    let twice = keep("b/c.html", "the other one");
    assert!(matches!(twice, SiteFile::Bytes(_)), "a place that is taken");
    keep("f/g.html", "no part of the site");
    let mut whole = Site { files: kept.into_iter().map(|(place, file)| (SitePath::new(place).unwrap(), file)).collect() };
    whole.files.insert(SitePath::new("b/c.html").unwrap(), twice);
    whole.files.insert(SitePath::new("a/inside.html").unwrap(), SiteFile::Bytes(b"room".as_slice().into()));
    let origin = Origin { root: desk.root(), content: "content", mounts: &Mounts::default() };
    assert_eq!(publish_from(&spool, &whole, &origin, &desk.output()).unwrap(), counts(3, 0, 0));
    let seen = [("a/inside.html", "room"), ("b/c.html", "the other one"), ("b/d/e.html", "two")];
    assert_eq!(desk.seen().into_iter().collect::<Vec<_>>(), seen.map(|(place, text)| (place.to_owned(), text.to_owned())));
    assert!(!desk.output().join("f").exists(), "no empty folder is left");
    assert_eq!(desk.publish(&site(&seen)).unwrap(), counts(0, 3, 0), "all of it is ours, and known");
}

#[test]
fn a_run_stopped_behind_the_move_of_a_spool_leaves_nothing_and_a_file_that_got_lost_is_missed() {
    let desk = Desk::new();
    let origin = Origin { root: desk.root(), content: "content", mounts: &Mounts::default() };
    let kept = |spool: &Spool| Site {
        files: ["a/b.html", "a/c.html"]
            .map(|place| SitePath::new(place).unwrap())
            .map(|place| (place.clone(), spool.keep(&place, b"one".as_slice().into())))
            .into(),
    };
    for stage in [Stage::Planned, Stage::Staged] {
        let spool = Spool::open(desk.root(), "content", &desk.output()).unwrap();
        let hook = |reached: Stage| if reached == stage { Err(DiskError::new(Path::new("stop"), "stopped", "")) } else { Ok(()) };
        let error = publish_with(&kept(&spool), &origin, Some(&spool), &desk.output(), &hook).unwrap_err();
        assert_eq!(error.message, "stopped", "{stage:?}");
        drop(spool);
        let names: Vec<_> = desk.root().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["content"], "{stage:?}");
    }
    let spool = Spool::open(desk.root(), "content", &desk.output()).unwrap();
    let site = kept(&spool);
    fs::remove_file(desk.root().join(".book.opsbook-spool/site/a/c.html")).unwrap();
    let error = publish_from(&spool, &site, &origin, &desk.output()).unwrap_err();
    assert!(error.message.contains("was changed meanwhile by something else"), "{}", error.message);
    assert!(!desk.output().exists());
}

#[test]
fn what_lies_in_a_spool_reaches_a_folder_that_came_meanwhile() {
    let desk = Desk::new();
    let spool = Spool::open(desk.root(), "content", &desk.output()).unwrap();
    let place = SitePath::new("a/b.html").unwrap();
    let site = Site { files: [(place.clone(), spool.keep(&place, b"one".as_slice().into()))].into() };
    fs::create_dir(desk.output()).unwrap();
    let origin = Origin { root: desk.root(), content: "content", mounts: &Mounts::default() };
    assert_eq!(publish_from(&spool, &site, &origin, &desk.output()).unwrap(), counts(1, 0, 0));
    assert_eq!(desk.seen()["a/b.html"], "one");
}

#[test]
fn a_spool_takes_over_what_was_left_and_leaves_what_is_not_its_own() {
    let desk = Desk::new();
    let place = SitePath::new("index.html").unwrap();
    let spool = desk.root().join(".book.opsbook-spool");
    write_new(&spool.join("mine.txt"), "mine").unwrap();
    let keep = || Spool::open(desk.root(), "content", &desk.output()).unwrap().keep(&place, b"one".as_slice().into());
    assert!(matches!(keep(), SiteFile::Bytes(_)), "somebody else's folder");
    assert_eq!(files(&spool)["mine.txt"], "mine");
    // The lock says whose it is.
    write_new(&spool.join("lock"), "").unwrap();
    let running = Spool::open(desk.root(), "content", &desk.output()).unwrap();
    assert!(matches!(running.keep(&place, b"one".as_slice().into()), SiteFile::Shelved { .. }));
    assert!(matches!(keep(), SiteFile::Bytes(_)), "another run has it");
    drop(running);
    assert!(!spool.exists());
}

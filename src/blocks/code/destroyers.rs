//! The commands that destroy, and what each destroys. To add one: a line here.
//!
//! A line is a program, the words that must follow it in this order, and options that must be among its arguments.
//! `*` stands for any word, `delete-*` for all with this beginning, `a|b` for either; a word with `=` may stand anywhere.

/// Commands of shells.
pub(super) const COMMANDS: &[(&str, &str)] = &[
    // Files and disks.
    ("rm -r|-R|--recursive", "removes folders and all they hold"),
    ("remove-item -Recurse|-recurse", "removes folders and all they hold"),
    ("find -delete", "removes every file that it finds"),
    ("rsync --delete*", "removes files that the source doesn't have"),
    ("shred", "overwrites files"),
    ("truncate -s|--size", "cuts off what files hold"),
    ("dd of=*", "overwrites a disk or a file"),
    ("mkfs*", "erases a file system"),
    ("wipefs -a|--all", "erases the signatures of a disk"),
    ("blkdiscard", "erases a disk"),
    ("lvremove|vgremove|pvremove", "removes volumes"),
    ("zfs|zpool destroy", "removes a file system and its snapshots"),
    // Clusters and containers.
    ("kubectl|oc delete", "removes objects of the cluster"),
    ("helm uninstall|delete", "removes a release and its objects"),
    ("docker|podman volume rm|remove|prune", "removes volumes"),
    ("docker|podman system prune", "removes containers, networks and images"),
    ("docker|podman compose down -v|--volumes", "removes the volumes of the services"),
    ("docker-compose down -v|--volumes", "removes the volumes of the services"),
    ("etcdctl del", "removes keys of the cluster"),
    // Infrastructure.
    ("terraform|tofu|terragrunt destroy", "removes everything in the state"),
    ("terraform|tofu|terragrunt apply -destroy", "removes everything in the state"),
    ("pulumi destroy", "removes everything in the stack"),
    ("pulumi stack rm", "removes the stack and its history"),
    ("aws s3 rm --recursive", "removes every object below the prefix"),
    ("aws s3 rb", "removes a bucket"),
    ("aws s3 sync --delete", "removes objects that the source doesn't have"),
    ("aws * delete-*", "removes resources of the account"),
    ("aws ec2 terminate-instances", "ends machines for good"),
    ("gcloud|az|doctl|hcloud * delete", "removes resources of the account"),
    ("gcloud|az|doctl|hcloud * * delete", "removes resources of the account"),
    ("gsutil rm -r|-R", "removes every object below the prefix"),
    ("rclone purge|delete", "removes files of the remote"),
    ("vault delete", "removes secrets"),
    ("vault kv delete|destroy", "removes secrets"),
    // Data.
    ("dropdb", "removes a database"),
    ("redis-cli|valkey-cli flushall|flushdb|FLUSHALL|FLUSHDB", "removes every key"),
    ("nats stream rm|purge", "removes messages for good"),
    ("kafka-topics|kafka-topics.sh --delete", "removes topics and their messages"),
    // History.
    ("git push -f|--force", "overwrites commits that others may have"),
    ("git push --mirror|--delete", "removes branches of the remote"),
];

/// Statements of databases. A line is the words that a statement begins with.
pub(super) const STATEMENTS: &[(&str, &str)] = &[
    ("DROP TABLE", "removes a table and its rows"),
    ("DROP DATABASE", "removes a database"),
    ("DROP SCHEMA", "removes a schema and its tables"),
    ("DROP TABLESPACE", "removes a tablespace"),
    ("TRUNCATE", "removes every row"),
];

/// Programs that run statements of databases from their arguments.
pub(super) const CLIENTS: &[&str] = &["clickhouse-client", "cockroach", "mariadb", "mysql", "psql", "sqlite3"];

/// Options that take the next word as their value.
pub(super) const WITH_VALUE: &[&str] = &[
    "-C",
    "-H",
    "-f",
    "-n",
    "-p",
    "--as",
    "--cluster",
    "--context",
    "--file",
    "--kube-context",
    "--kubeconfig",
    "--namespace",
    "--profile",
    "--project",
    "--region",
    "--server",
    "--user",
];

/// Options with which a command only says what it would do.
pub(super) const HARMLESS: &[&str] = &["--dry-run", "--dry-run=client", "--dry-run=server", "--dryrun", "--help"];

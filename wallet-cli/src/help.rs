//! Help pages in the person's language, 80 columns wide: the texts put in for their message ids, and
//! the pages laid out here, since clap lays out and speaks English only. The holder's machine runs
//! it.

use clap::{Arg, Command};

use crate::terminal::{pad, width, wrap};
use crate::texts::Texts;

const COLUMNS: usize = 80;
const INDENT: usize = 2;
/// Where descriptions begin; a longer name has its description on the next line.
const DESCRIPTIONS: usize = 30;

/// The command line with texts in the person's language in place of message ids.
pub(crate) fn localized(command: Command, texts: &Texts) -> Command {
    let about = command.get_about().map(|id| texts.text(&id.to_string()));
    let after = command
        .get_after_help()
        .map(|id| texts.text(&id.to_string()));
    let mut command = command.mut_args(|arg| match arg.get_help().map(ToString::to_string) {
        Some(id) => arg.help(texts.text(&id)),
        None => arg,
    });
    if let Some(about) = about {
        command = command.about(about);
    }
    if let Some(after) = after {
        command = command.after_help(after);
    }
    command.mut_subcommands(|sub| localized(sub, texts))
}

/// The command line with our pages in place of clap's.
pub(crate) fn with_pages(mut command: Command, texts: &Texts) -> Command {
    command.build();
    with_page(command, texts)
}

fn with_page(mut command: Command, texts: &Texts) -> Command {
    let page = page(&mut command, texts);
    command
        .override_help(page)
        .mut_subcommands(|sub| with_page(sub, texts))
}

/// One help page. The command has been built, so that names and global options are in place.
pub(crate) fn page(command: &mut Command, texts: &Texts) -> String {
    let mut page = Vec::new();
    if let Some(about) = command.get_about() {
        let about = about.to_string();
        page.extend(about.lines().flat_map(|line| wrap(line, COLUMNS)));
        page.push(String::new());
    }
    page.push(texts.text("help-usage"));
    let usage = usage(command, texts);
    page.extend(
        usage
            .lines()
            .map(|line| format!("{}{}", " ".repeat(INDENT), line.trim())),
    );

    let subcommands: Vec<(String, String)> = command
        .get_subcommands()
        .filter(|sub| !sub.is_hide_set())
        .map(|sub| (sub.get_name().to_owned(), describe(sub.get_about())))
        .collect();
    let arguments = entries(command.get_positionals(), texts);
    let mut options: Vec<&Arg> = command
        .get_arguments()
        .filter(|arg| !arg.is_positional())
        .collect();
    options.sort_by_key(|arg| arg.is_global_set());
    let split = options
        .iter()
        .position(|arg| arg.is_global_set())
        .unwrap_or(options.len());
    let (special, global) = options.split_at(split);
    for (heading, list) in [
        ("help-commands", subcommands),
        ("help-arguments", arguments),
        ("help-options", entries(special.iter().copied(), texts)),
        (
            "help-global-options",
            entries(global.iter().copied(), texts),
        ),
    ] {
        section(&mut page, &texts.text(heading), &list);
    }
    if let Some(after) = command.get_after_help() {
        page.push(String::new());
        page.extend(after.to_string().lines().map(str::to_owned));
    }
    page.push(String::new());
    page.join("\n")
}

/// The line that shows how a command is written.
pub(crate) fn usage(command: &mut Command, texts: &Texts) -> String {
    let usage = command.render_usage().to_string();
    usage
        .trim_start_matches("Usage:")
        .trim()
        .replace("[OPTIONS]", &texts.text("help-usage-options"))
        .replace("<COMMAND>", &texts.text("help-usage-command"))
}

fn entries<'a>(args: impl Iterator<Item = &'a Arg>, texts: &Texts) -> Vec<(String, String)> {
    args.filter(|arg| !arg.is_hide_set())
        .map(|arg| {
            let mut description = describe(arg.get_help());
            let values: Vec<String> = match arg.get_action().takes_values() {
                true => arg.get_possible_values(),
                false => Vec::new(),
            }
            .iter()
            .map(|value| value.get_name().to_owned())
            .collect();
            if !values.is_empty() {
                let values = values.join(", ");
                description.push_str(&texts.with("help-values", &[("values", values.into())]));
            }
            if may_repeat(arg) && !arg.is_positional() {
                description.push_str(&texts.text("help-repeated"));
            }
            (name(arg), description)
        })
        .collect()
}

fn name(arg: &Arg) -> String {
    let values = || -> String {
        let names = arg.get_value_names().unwrap_or_default();
        names
            .iter()
            .map(|name| format!("<{name}>"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    match (arg.get_short(), arg.get_long()) {
        (short, Some(long)) => {
            let short = short.map_or_else(|| "    ".to_owned(), |short| format!("-{short}, "));
            let takes = arg.get_action().takes_values();
            let value = if takes {
                format!(" {}", values())
            } else {
                String::new()
            };
            format!("{short}--{long}{value}")
        }
        // Dots would say of an option that one takes several values.
        _ if may_repeat(arg) => format!("{}...", values()),
        _ => values(),
    }
}

fn may_repeat(arg: &Arg) -> bool {
    matches!(arg.get_action(), clap::ArgAction::Append)
}

fn describe(text: Option<&clap::builder::StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

fn section(page: &mut Vec<String>, heading: &str, list: &[(String, String)]) {
    if list.is_empty() {
        return;
    }
    page.push(String::new());
    page.push(heading.to_owned());
    let longest = list.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let column = longest
        .saturating_add(INDENT)
        .saturating_add(2)
        .min(DESCRIPTIONS);
    for (name, description) in list {
        let mut head = format!("{}{name}", " ".repeat(INDENT));
        if width(&head).saturating_add(2) > column {
            page.push(std::mem::take(&mut head));
        }
        for line in wrap(description, COLUMNS.saturating_sub(column)) {
            page.push(
                format!("{}{line}", pad(&head, column))
                    .trim_end()
                    .to_owned(),
            );
            head.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{localized, page};
    use crate::args::Cli;
    use crate::terminal::width;
    use crate::texts::Texts;
    use clap::{Command, CommandFactory};
    use schemas::lang::Lang;

    fn walk(command: &mut Command, texts: &Texts, seen: &mut usize) {
        *seen += 1;
        let path = command.get_bin_name().unwrap_or_default().to_owned();
        let page = page(command, texts);
        for line in page.lines() {
            assert!(width(line) <= 80, "{path}: {} columns: {line}", width(line));
            assert_eq!(line, line.trim_end(), "{path}");
        }
        for id in ["about-", "arg-", "example-", "after-"] {
            assert!(
                !page.split([' ', '\n']).any(|word| word.starts_with(id)),
                "{path}: {page}"
            );
        }
        assert!(page.contains(&texts.text("help-usage")));
        if path.contains(' ') {
            let example = format!("$ {path}");
            assert!(page.contains(&example), "{path} has no example:\n{page}");
        }
        for sub in command.get_subcommands_mut() {
            walk(sub, texts, seen);
        }
    }

    #[test]
    fn every_page_fits_and_has_an_example_in_both_languages() {
        for lang in [Lang::En, Lang::Ja] {
            let texts = Texts::new(lang);
            let mut command = localized(Cli::command(), &texts);
            command.build();
            let mut seen = 0;
            walk(&mut command, &texts, &mut seen);
            assert!(seen > 20, "{seen} pages");
        }
    }

    #[test]
    fn every_id_of_the_command_line_has_a_text() {
        fn ids(command: &Command, found: &mut Vec<String>) {
            found.extend(command.get_about().map(ToString::to_string));
            found.extend(command.get_after_help().map(ToString::to_string));
            found.extend(
                command
                    .get_arguments()
                    .filter_map(|arg| arg.get_help())
                    .map(ToString::to_string),
            );
            for sub in command.get_subcommands() {
                ids(sub, found);
            }
        }
        let mut found = Vec::new();
        ids(&Cli::command(), &mut found);
        assert!(found.len() > 60);
        for lang in [Lang::En, Lang::Ja] {
            let texts = Texts::new(lang);
            for id in &found {
                assert!(texts.has(id), "{lang}: {id}");
            }
        }
    }
}

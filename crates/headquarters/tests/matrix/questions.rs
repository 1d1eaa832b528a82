//! Who is told what: every question as every role and as nobody, about what is one's own, a colleague's, and another region's.

use crate::asks::asks;
use crate::company::{ROLES, WHOSE};
use crate::worlds::{EVERYWHERE, Worlds};
use crate::{is_as_committed, line};
use outpost_app::questions::Question;
use std::fmt::Write as _;

const HEAD: &str = "\
# Every question at the console: about what, whose, and what each role is answered: how many records the answer shows (n+m: m of
# them are the South's), or why there is none. What has no line of a colleague's is the region's, and is asked as one's own.
";

#[test]
fn matrix_of_every_question_as_every_role_here_and_elsewhere() {
    let worlds = Worlds::new();
    let (whole, without) = (worlds.whole(), worlds.without_the_south());
    let everybody: Vec<&str> = ROLES.iter().copied().chain(["nobody"]).collect();
    let (mut table, mut faults) = (HEAD.to_owned(), Vec::new());
    let roles: Vec<String> = everybody.iter().map(|role| (*role).to_owned()).collect();
    for name in Question::NAMES {
        writeln!(table, "{name}").unwrap();
        line(&mut table, "", "", &roles);
        for whose in ["any"].iter().chain(WHOSE) {
            let how_many = asks(name, &worlds.company, ROLES[0], whose).len();
            for nth in 0..how_many {
                let of_first = |whose| asks(name, &worlds.company, ROLES[0], whose).into_iter().nth(nth);
                if *whose == "colleague" && of_first("own") == of_first(whose) {
                    continue;
                }
                let (mut cells, mut what) = (Vec::new(), String::new());
                for role in &everybody {
                    let (word, question) = asks(name, &worlds.company, role, whose).swap_remove(nth);
                    let asked = serde_json::to_value(&question).unwrap();
                    assert_eq!(asked["name"], *name);
                    let (all, less) = (whole.ask(role, &question), without.ask(role, &question));
                    let cell = worlds.word(&all);
                    if EVERYWHERE.contains(role) {
                        let seen = *whose != "elsewhere" || cell.contains('+');
                        assert!(seen, "{name}, {word}: {role} is shown nothing of the South, so this asks for nothing");
                    } else if let Some(fault) = worlds.fault(&asked.to_string(), &all, &less) {
                        faults.push(format!("{name}, {word}, {whose}, {role} of the North: {fault}"));
                    }
                    cells.push(cell);
                    what = word;
                }
                line(&mut table, &what, whose, &cells);
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    is_as_committed("questions.txt", &table);
}

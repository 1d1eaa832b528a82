//! `outpost hq label-key`: the keys that sign the links on labels.

use anyhow::Result;
use clap::Subcommand;
use outpost_headquarters::{Actor, Headquarters};

/// `outpost hq label-key`
#[derive(Subcommand)]
pub enum LabelKey {
    /// Make another key, which signs the labels that are made from now on. Those on their devices stay good.
    Rotate {
        /// Forget the older keys, as when somebody has seen one: labels that were made before open nothing any more, and have to
        /// be made and stuck on anew.
        #[arg(long)]
        forget: bool,
    },
}

impl LabelKey {
    /// Does it.
    pub fn run(&self, headquarters: &Headquarters, json: bool) -> Result<()> {
        let LabelKey::Rotate { forget } = self;
        let rotated = headquarters.rotate_label_key(&Actor::machine(), *forget)?;
        if json {
            println!("{}", serde_json::to_string(&rotated)?);
            return Ok(());
        }
        println!("Key {} signs the labels that are made from now on.", rotated.number);
        match (rotated.older, rotated.forgotten) {
            (0, _) => println!("There was none before: no label has a link that was signed here."),
            (_, false) => println!("Labels that were made before stay good. With --forget they would stop working."),
            (_, true) => println!(
                "Every label that was made before has stopped working. How many that are is not known here, since nobody writes \
                 down what is printed; any of the {} devices may bear one. Make and stick them on anew.",
                rotated.devices
            ),
        }
        Ok(())
    }
}

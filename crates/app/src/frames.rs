//! The frames of cameras: of each camera only the newest is read, and an older one stops at once.

use crate::{Failure, FailureCode};
use outpost_scan::{Cancel, ReadOptions, Reading, read_luma_until};
use serde::Deserialize;
use std::sync::{Mutex, PoisonError};

/// More cameras than this do not look through one door at a time; the one that was quiet longest is forgotten.
const MOST_CAMERAS: usize = 64;

/// No name of a camera is longer.
const MOST_NAME: usize = 200;

/// One frame of a camera, without its pixels.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Frame {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Which camera: any name that no other camera has.
    #[serde(default)]
    pub camera: String,
    /// Rises from frame to frame. Each frame tries another of the costly stages.
    #[serde(default)]
    pub number: u32,
}

/// The cameras that look through one door.
#[derive(Debug, Default)]
pub struct Frames(Mutex<Vec<Camera>>);

#[derive(Debug)]
struct Camera {
    name: String,
    number: u32,
    reading: Cancel,
}

impl Frames {
    /// Begins to read a frame: the one before it of this camera stops. Nothing if a newer one has come already.
    ///
    /// # Errors
    /// When the camera's name is no name.
    pub fn begin(&self, frame: Frame) -> Result<Option<FrameReading>, Failure> {
        if frame.camera.len() > MOST_NAME {
            return Err(Failure::new(FailureCode::NotUnderstood, "the camera's name is too long"));
        }
        let reading = Cancel::default();
        let mut cameras = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = cameras.iter().position(|camera| camera.name == frame.camera).map(|at| cameras.remove(at));
        if let Some(before) = known {
            if before.number > frame.number {
                cameras.push(before);
                return Ok(None);
            }
            before.reading.cancel();
        }
        if cameras.len() >= MOST_CAMERAS {
            cameras.remove(0);
        }
        cameras.push(Camera { name: frame.camera.clone(), number: frame.number, reading: reading.clone() });
        Ok(Some(FrameReading { frame, cancel: reading }))
    }
}

/// A frame that is being read.
#[derive(Debug, Clone)]
pub struct FrameReading {
    frame: Frame,
    cancel: Cancel,
}

impl FrameReading {
    /// Reads it, until a newer one comes or nobody waits any more.
    ///
    /// # Errors
    /// When the pixels do not match the size, or too much that was begun before has not come back.
    pub fn read(&self, luma: &[u8]) -> Result<Reading, Failure> {
        let Frame { width, height, number, .. } = self.frame;
        Ok(read_luma_until(luma, width, height, &ReadOptions::live(number), &self.cancel)?)
    }

    /// Stops the reading when whoever holds this goes away, as a handler does whose page has left.
    #[must_use]
    pub fn while_waited_for(&self) -> Waiting {
        Waiting(self.cancel.clone())
    }
}

/// Somebody waits for a frame.
#[derive(Debug)]
pub struct Waiting(Cancel);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(camera: &str, number: u32) -> Frame {
        Frame { width: 8, height: 8, camera: camera.to_owned(), number }
    }

    #[test]
    fn a_newer_frame_stops_the_older_of_the_same_camera_alone() {
        let frames = Frames::default();
        let [first, other] = ["front", "back"].map(|camera| frames.begin(frame(camera, 0)).unwrap().unwrap());
        let second = frames.begin(frame("front", 1)).unwrap().unwrap();
        assert!(first.cancel.is_cancelled() && !other.cancel.is_cancelled() && !second.cancel.is_cancelled());
        assert!(frames.begin(frame("front", 0)).unwrap().is_none(), "it comes late");
        assert!(!second.cancel.is_cancelled());
        assert_eq!(first.read(&[255; 64]).unwrap().codes, []);
        assert_eq!(second.read(&[255; 63]).unwrap_err().code, FailureCode::PictureUnreadable);
    }

    #[test]
    fn whoever_goes_away_takes_the_reading_along() {
        let frames = Frames::default();
        let reading = frames.begin(frame("", 7)).unwrap().unwrap();
        let waiting = reading.while_waited_for();
        assert!(!reading.cancel.is_cancelled());
        drop(waiting);
        assert!(reading.cancel.is_cancelled());
    }

    #[test]
    fn cameras_that_are_quiet_are_forgotten_and_names_have_an_end() {
        let frames = Frames::default();
        for camera in 0..1000 {
            frames.begin(frame(&camera.to_string(), 0)).unwrap();
        }
        assert_eq!(frames.0.lock().unwrap().len(), MOST_CAMERAS);
        assert!(frames.begin(frame(&"x".repeat(201), 0)).is_err());
    }
}

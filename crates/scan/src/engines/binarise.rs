//! For pictures that are black and white already: dark is black, and nothing more is guessed.

use ::rxing::common::{BitArray, BitMatrix, LineOrientation, Result};
use ::rxing::{Binarizer, Exceptions, LuminanceSource};
use std::borrow::Cow;
use std::cell::OnceCell;

/// Takes the picture as it is.
pub(super) struct AsIs<S: LuminanceSource> {
    source: S,
    matrix: OnceCell<Option<BitMatrix>>,
}

impl<S: LuminanceSource> AsIs<S> {
    pub(super) fn new(source: S) -> Self {
        Self { source, matrix: OnceCell::new() }
    }

    fn build(&self) -> Option<BitMatrix> {
        let (width, height) = (self.source.get_width(), self.source.get_height());
        let mut matrix = BitMatrix::new(u32::try_from(width).ok()?, u32::try_from(height).ok()?).ok()?;
        let pixels = self.source.get_matrix();
        for (y, row) in (0_u32..).zip(pixels.chunks_exact(width)) {
            for (x, _) in (0_u32..).zip(row).filter(|(_, pixel)| **pixel < 128) {
                matrix.set(x, y);
            }
        }
        Some(matrix)
    }
}

impl<S: LuminanceSource> Binarizer for AsIs<S> {
    type Source = S;

    fn get_luminance_source(&self) -> &S {
        &self.source
    }

    fn get_black_row(&self, y: usize) -> Result<Cow<'_, BitArray>> {
        let y = u32::try_from(y).map_err(|_| Exceptions::NOT_FOUND)?;
        Ok(Cow::Owned(self.get_black_matrix()?.getRow(y)))
    }

    fn get_black_row_from_matrix(&self, y: usize) -> Result<Cow<'_, BitArray>> {
        self.get_black_row(y)
    }

    fn get_black_matrix(&self) -> Result<&BitMatrix> {
        self.matrix.get_or_init(|| self.build()).as_ref().ok_or(Exceptions::NOT_FOUND)
    }

    fn get_black_line(&self, line: usize, orientation: LineOrientation) -> Result<Cow<'_, BitArray>> {
        match orientation {
            LineOrientation::Row => self.get_black_row(line),
            LineOrientation::Column => {
                let x = u32::try_from(line).map_err(|_| Exceptions::NOT_FOUND)?;
                Ok(Cow::Owned(self.get_black_matrix()?.getCol(x)))
            }
        }
    }

    fn create_binarizer(&self, source: S) -> Self {
        Self::new(source)
    }

    fn get_width(&self) -> usize {
        self.source.get_width()
    }

    fn get_height(&self) -> usize {
        self.source.get_height()
    }
}

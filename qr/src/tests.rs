//! What was drawn is read again; what is no picture of one code has its reason.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "test code"
)]

use schemas::reason::Reason;

use crate::draw::{Code, Style};
use crate::read::{MAX_PIXELS, MAX_SIDE, ReadError, text};

const LINK: &str = "openid4vp://?client_id=decentralized_identifier%3Adid%3Aweb%3Aarena.example&\
    request_uri=https%3A%2F%2Farena.example%2Frequest%2FGWYzrA9u9DlGrCQ9dPdXmQ";

/// A picture in shades of grey.
#[derive(Clone)]
struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Picture {
    fn new(width: usize, height: usize, shade: impl Fn(usize, usize) -> u8) -> Self {
        let pixels = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| shade(x, y))
            .collect();
        Self {
            width,
            height,
            pixels,
        }
    }

    /// The modules as blocks show them, two a letter.
    fn of_blocks(blocks: &str, drawn: u8, background: u8, pixels: usize) -> Self {
        let rows: Vec<Vec<u8>> = blocks
            .lines()
            .flat_map(|line| {
                let line = line
                    .replace("\u{1b}[38;5;16;48;5;231m", "")
                    .replace("\u{1b}[0m", "");
                let half = |on: &[char]| {
                    let shade = |letter| {
                        if on.contains(&letter) {
                            drawn
                        } else {
                            background
                        }
                    };
                    line.chars().map(shade).collect()
                };
                [half(&['█', '▀']), half(&['█', '▄'])]
            })
            .collect();
        Self::new(rows[0].len() * pixels, rows.len() * pixels, |x, y| {
            rows[y / pixels][x / pixels]
        })
    }

    fn at(&self, x: f64, y: f64) -> u8 {
        if x < 0.0 || y < 0.0 {
            return 255;
        }
        let (x, y) = (x as usize, y as usize);
        if x < self.width && y < self.height {
            self.pixels[y * self.width + x]
        } else {
            255
        }
    }

    fn png(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Grayscale);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&self.pixels).unwrap();
        writer.finish().unwrap();
        file
    }
}

fn of(link: &str, pixels: usize) -> Picture {
    let blocks = Code::new(link).unwrap().to_blocks(Style::Colors);
    Picture::of_blocks(&blocks, 0, 255, pixels)
}

#[test]
fn what_was_drawn_is_read_again() {
    for length in (1..60)
        .chain((60..800).step_by(37))
        .chain([1500, 2331, 2953])
    {
        let link: String = LINK.chars().cycle().take(length).collect();
        let file = Code::new(&link).unwrap().to_png();
        assert_eq!(text(&file).as_ref(), Ok(&link), "{length} letters");
    }
    let many = "x".repeat(2954);
    let error = Code::new(&many).unwrap_err();
    assert_eq!(error.bytes, 2954);
    assert_eq!(error.reason(), Reason::InputTooLarge);
}

#[test]
fn a_terminal_of_80_columns_is_enough() {
    for length in 1..=425 {
        let link: String = LINK.chars().cycle().take(length).collect();
        let code = Code::new(&link).unwrap();
        assert!(code.columns() <= 80, "{length} letters");
        for style in [Style::Colors, Style::Plain] {
            let blocks = code.to_blocks(style);
            assert_eq!(blocks.lines().count(), code.columns().div_ceil(2));
            assert!(blocks.chars().all(|c| "█▀▄ \n".contains(c)) || style == Style::Colors);
        }
    }
}

#[test]
fn a_terminal_is_read_dark_or_light() {
    let code = Code::new(LINK).unwrap();
    // Colors are the same on both; without colors a dark one shows what is meant, and a light one the
    // reverse, which is read too.
    for (style, drawn, background) in [
        (Style::Colors, 0, 255),
        (Style::Plain, 200, 20),
        (Style::Plain, 30, 240),
    ] {
        let picture = Picture::of_blocks(&code.to_blocks(style), drawn, background, 5);
        assert_eq!(
            text(&picture.png()).as_deref(),
            Ok(LINK),
            "{style:?} {drawn}"
        );
    }
}

#[test]
fn every_size_of_a_module_is_read() {
    for pixels in [1, 2, 3, 4, 7, 12, 20] {
        assert_eq!(
            text(&of(LINK, pixels).png()).as_deref(),
            Ok(LINK),
            "{pixels}"
        );
    }
}

/// Turned, seen askew, in a shadow, with noise: as from a hand.
#[test]
fn a_photograph_is_read() {
    let flat = of(LINK, 6);
    let middle = flat.width as f64 / 2.0;
    for degrees in [0_i32, 20, 45, 133, 250] {
        for askew in [0.0, 0.0002, 0.0004] {
            let angle = f64::from(degrees).to_radians();
            let (sine, cosine) = angle.sin_cos();
            let mut noise = 12345_u32;
            let side = flat.width * 3 / 2;
            let photo = Picture::new(side, side, |x, y| {
                let (x, y) = (x as f64 - side as f64 / 2.0, y as f64 - side as f64 / 2.0);
                let depth = 1.0 + askew * x + askew * 0.7 * y;
                let (x, y) = (x / depth, y / depth);
                let at = (
                    x * cosine - y * sine + middle,
                    x * sine + y * cosine + middle,
                );
                flat.at(at.0, at.1)
            });
            let photo = Picture::new(side, side, |x, y| {
                // A soft lens, and a shadow from the left.
                let mut sum = 0;
                for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (0, 2)] {
                    sum += u32::from(photo.at((x + dx) as f64, (y + dy) as f64));
                }
                let light = 90 + 150 * x as u32 / side as u32;
                ((sum / 6 * light / 255 + 20).min(240)) as u8
            });
            let pixels = photo.pixels.iter().map(|shade| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                shade.saturating_add((noise >> 28) as u8)
            });
            let photo = Picture {
                pixels: pixels.collect(),
                ..photo
            };
            assert_eq!(
                text(&photo.png()).as_deref(),
                Ok(LINK),
                "{degrees} degrees, {askew}"
            );
        }
    }
}

/// Taken with a camera's software: a JPEG with colors, progressive and not, and one in grey.
#[test]
fn jpeg_is_read() {
    for file in [
        include_bytes!("tests/plain.jpg").as_slice(),
        include_bytes!("tests/progressive.jpg"),
        include_bytes!("tests/grey.jpg"),
    ] {
        assert_eq!(text(file).as_deref(), Ok(LINK));
    }
}

#[test]
fn a_code_among_other_things_is_read() {
    let code = of(LINK, 3);
    let screen = Picture::new(1600, 900, |x, y| {
        if x > 900 && y > 300 && x - 900 < code.width && y - 300 < code.height {
            code.pixels[(y - 300) * code.width + x - 900]
        } else if x % 7 < 3 && y % 13 < 8 && x < 700 {
            30
        } else {
            250
        }
    });
    assert_eq!(text(&screen.png()).as_deref(), Ok(LINK));
}

fn beside(left: &Picture, right: &Picture) -> Picture {
    let height = left.height.max(right.height);
    Picture::new(left.width + right.width, height, |x, y| {
        if x < left.width {
            left.at(x as f64, y as f64)
        } else {
            right.at((x - left.width) as f64, y as f64)
        }
    })
}

#[test]
fn two_codes_are_no_choice_of_ours() {
    let (one, other) = (of(LINK, 4), of("openid4vp://?client_id=x", 4));
    let error = text(&beside(&one, &other).png()).unwrap_err();
    assert_eq!(error, ReadError::Ambiguous { codes: 2 });
    assert_eq!(error.reason(), Reason::QrAmbiguous);
    assert_eq!(text(&beside(&one, &one).png()).as_deref(), Ok(LINK));
}

#[test]
fn what_is_no_picture_of_a_code_has_its_reason() {
    let good = Code::new(LINK).unwrap().to_png();
    let blank = Picture::new(300, 300, |_, _| 255);
    let covered = Picture {
        pixels: of(LINK, 4)
            .pixels
            .iter()
            .enumerate()
            .map(|(at, shade)| {
                if at % 240 > 90 && at % 240 < 180 {
                    255
                } else {
                    *shade
                }
            })
            .collect(),
        ..of(LINK, 4)
    };
    let mut damaged = good.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    for (file, reason) in [
        (Vec::new(), Reason::QrPictureMalformed),
        (LINK.as_bytes().to_vec(), Reason::QrPictureMalformed),
        (
            b"GIF89a\x01\x00\x01\x00".to_vec(),
            Reason::QrPictureMalformed,
        ),
        (good[..8].to_vec(), Reason::QrPictureMalformed),
        (good[..good.len() - 40].to_vec(), Reason::QrPictureMalformed),
        (damaged, Reason::QrPictureMalformed),
        (b"\xff\xd8\xff\xe0".to_vec(), Reason::QrPictureMalformed),
        (
            include_bytes!("tests/plain.jpg")[..600].to_vec(),
            Reason::QrPictureMalformed,
        ),
        (blank.png(), Reason::QrNotFound),
        (covered.png(), Reason::QrNotFound),
    ] {
        assert_eq!(text(&file).map_err(|error| error.reason()), Err(reason));
    }
}

/// Looked at before anything is decoded: the files are as short as their headers.
#[test]
fn a_picture_too_large_is_not_decoded() {
    for (width, height) in [
        (MAX_SIDE as u32 + 1, 1),
        (1, MAX_SIDE as u32 + 1),
        (4097, MAX_PIXELS as u32 / 4096),
        (u32::MAX >> 1, u32::MAX >> 1),
    ] {
        let mut file = Vec::new();
        let encoder = png::Encoder::new(&mut file, width, height);
        drop(encoder.write_header().unwrap());
        let error = text(&file).unwrap_err();
        assert_eq!(
            error.reason(),
            Reason::QrPictureTooLarge,
            "{width} {height}"
        );
    }
    let mut jpeg = include_bytes!("tests/plain.jpg").to_vec();
    let frame = jpeg.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].fill(0xff);
    assert_eq!(
        text(&jpeg).map_err(|error| error.reason()),
        Err(Reason::QrPictureTooLarge)
    );
}

/// Nothing but squares: every three of them could be corners.
#[test]
fn a_picture_full_of_corners_comes_to_an_end() {
    for pixels in [1, 3] {
        let squares = Picture::new(900, 900, |x, y| {
            let (x, y) = (x / pixels % 8, y / pixels % 8);
            let ring = x.abs_diff(3).max(y.abs_diff(3));
            if x < 7 && y < 7 && ring != 2 { 0 } else { 255 }
        });
        assert_eq!(text(&squares.png()), Err(ReadError::NotFound));
    }
}

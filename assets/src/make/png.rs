//! A small PNG picture: four colors, stored without compression. Source: PNG, RFC 1950, RFC 1951.

use crate::make::{Rgb, THUMBNAIL_SIDE};

const BACKGROUND: Rgb = [0xEE, 0xEE, 0xE6];

/// A portrait: head, hair and shoulders before a plain ground.
pub(super) fn portrait(skin: Rgb, hair: Rgb, clothes: Rgb) -> Vec<u8> {
    let mut rows: Vec<u8> = Vec::new();
    for y in 0..THUMBNAIL_SIDE {
        rows.push(0); // no filter
        let pixels: Vec<u8> = (0..THUMBNAIL_SIDE).map(|x| color_at(x, y)).collect();
        for four in pixels.chunks(4) {
            rows.push(four.iter().fold(0, |byte, color| (byte << 2) | color));
        }
    }
    let mut header = Vec::new();
    header.extend_from_slice(&THUMBNAIL_SIDE.to_be_bytes());
    header.extend_from_slice(&THUMBNAIL_SIDE.to_be_bytes());
    header.extend_from_slice(&[2, 3, 0, 0, 0]); // 2 bits, palette
    let palette = [BACKGROUND, skin, hair, clothes].concat();
    let mut picture = vec![0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];
    chunk(&mut picture, *b"IHDR", &header);
    chunk(&mut picture, *b"PLTE", &palette);
    chunk(&mut picture, *b"IDAT", &stored(&rows));
    chunk(&mut picture, *b"IEND", &[]);
    picture
}

/// The palette index of a pixel.
fn color_at(x: u32, y: u32) -> u8 {
    let from_middle = x.abs_diff(THUMBNAIL_SIDE / 2);
    match (from_middle, y) {
        (0..=30, 18..=37) => 2,
        (25..=30, 38..=62) => 2,
        (8..=12, 52..=57) => 2, // eyes
        (0..=24, 38..=84) => 1,
        (0..=9, 85..=91) => 1,
        (0..=46, 92..) => 3,
        _ => 0,
    }
}

fn chunk(picture: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    picture.extend_from_slice(&length.to_be_bytes());
    picture.extend_from_slice(&kind);
    picture.extend_from_slice(data);
    picture.extend_from_slice(&crc32(kind.iter().chain(data)).to_be_bytes());
}

/// A zlib stream of stored blocks.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = data.chunks(0xFFFF).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend_from_slice(&length.to_le_bytes());
        stream.extend_from_slice(&(!length).to_le_bytes());
        stream.extend_from_slice(block);
    }
    stream.extend_from_slice(&adler32(data).to_be_bytes());
    stream
}

fn adler32(data: &[u8]) -> u32 {
    let (low, high) = data.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    (high << 16) | low
}

fn crc32<'a>(data: impl Iterator<Item = &'a u8>) -> u32 {
    !data.fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{adler32, crc32};

    #[test]
    fn checksums_of_known_texts() {
        assert_eq!(crc32(b"123456789".iter()), 0xCBF4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11E6_0398);
    }
}

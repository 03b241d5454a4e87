//! Dates and times recognised by Go's yaml library.

/// A date (`2006-1-2`), or a date and a time after `T`, `t`, or a space.
pub(crate) fn is_timestamp(text: &str) -> bool {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let four_digits = year.len() == 4 && is_number(year, 4, 0..=9999);
    let length = match month.parse() {
        Ok(2) if year.parse().is_ok_and(is_leap) => 29,
        Ok(2) => 28,
        Ok(4 | 6 | 9 | 11) => 30,
        _ => 31,
    };
    let spaced = text.contains(' ');
    four_digits
        && is_number(month, 2, 1..=12)
        && is_number(day, 2, 1..=length)
        && time.is_none_or(|time| is_time(time, spaced))
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// Whether `text` is a number with a limited number of digits and within the range.
fn is_number(text: &str, digits: usize, range: std::ops::RangeInclusive<u32>) -> bool {
    let fits = (1..=digits).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits && text.parse().is_ok_and(|value| range.contains(&value))
}

/// Hours, minutes, and seconds, and after a `T` the zone.
fn is_time(time: &str, spaced: bool) -> bool {
    let (clock, zone) = match time.find(['Z', '+', '-']) {
        Some(at) => time.split_at(at),
        None => (time, ""),
    };
    let mut parts = clock.split(':');
    let (Some(hour), Some(minute), Some(second), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let (whole, fraction) = second.split_once(['.', ',']).unwrap_or((second, "0"));
    let zone_fits = if spaced { zone.is_empty() } else { zone == "Z" || is_offset(zone) };
    let fraction_fits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let clock_fits = is_number(hour, 2, 0..=23) && is_number(minute, 2, 0..=59) && is_number(whole, 2, 0..=59);
    zone_fits && fraction_fits && clock_fits
}

/// `+01:00`; Go accepts one more hour and minute than a day and an hour have.
fn is_offset(zone: &str) -> bool {
    let Some((hours, minutes)) = zone.strip_prefix(['+', '-']).and_then(|zone| zone.split_once(':')) else {
        return false;
    };
    hours.len() == 2 && minutes.len() == 2 && is_number(hours, 2, 0..=24) && is_number(minutes, 2, 0..=60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_not_strings() {
        for date in [
            "2024-01-02",
            "2024-1-2",
            "2024-01-02T03:04:05Z",
            "2024-01-02 03:04:05",
            "2024-01-02t3:4:5.5+01:00",
            "2024-02-29",
            "2000-02-29",
            "2023-02-28",
            "2024-04-30",
            "2024-12-31",
            "2024-01-02T23:59:59,123456789012-24:60",
            "2024-01-02 0:0:0.0",
        ] {
            assert!(is_timestamp(date), "{date}");
        }
        for text in [
            "2024-13-02",
            "24-01-02",
            "2024-01-02T03:04",
            "2024-01",
            "2024-00-01",
            "2024-01-00",
            "2024-01-32",
            "2024-01-002",
            "2024-02-30",
            "2023-02-29",
            "1900-02-29",
            "2024-04-31",
            "2024-01-02-03",
            "20x4-01-02",
            "02024-01-02",
            "2024-01-02T03:04:05",
            "2024-01-02 03:04:05Z",
            "2024-01-02T25:04:05Z",
            "2024-01-02T03:60:05Z",
            "2024-01-02T03:04:60Z",
            "2024-01-02T003:04:05Z",
            "2024-01-02T03:04:05.Z",
            "2024-01-02T03:04:05.xZ",
            "2024-01-02T03:04:05:06Z",
            "2024-01-02T03:04:05Z0",
            "2024-01-02T03:04:05+01",
            "2024-01-02T03:04:05+0100",
            "2024-01-02T03:04:05+1:00",
            "2024-01-02T03:04:05+01:0",
            "2024-01-02T03:04:05+25:00",
            "2024-01-02T03:04:05+01:61",
            "2024-01-02T03:04:05+0x:00",
        ] {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}

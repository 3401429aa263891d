package io.attestedmesh.cli.document;

import io.attestedmesh.cli.command.CommandException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times and spans of time as they are typed: {@code 30d}, {@code 12h}, {@code 2026-11-20T10:00:00Z}. */
public final class Times {
    private static final Pattern SPAN = Pattern.compile("([1-9][0-9]{0,8})([smhdw])");

    /** The last one that documents can name. */
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private static final String HINT = "as 2026-01-31T12:00:00Z";
    private static final String HINT_WITH_SPAN = "from now on, as 30d or 12h, or " + HINT;

    private Times() {}

    /** A number of seconds, minutes, hours, days or weeks. */
    public static Duration span(String option, String typed) throws CommandException {
        Matcher span = SPAN.matcher(typed);
        if (!span.matches()) {
            throw CommandException.usage(
                    option + " " + typed + " is not a span of time", "a number and s, m, h, d or w: 90m, 30d");
        }
        long count = Long.parseLong(span.group(1));
        return switch (span.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            case "d" -> Duration.ofDays(count);
            default -> Duration.ofDays(Math.multiplyExact(7, count));
        };
    }

    /** An instant in whole seconds. */
    public static Instant instant(String option, String typed) throws CommandException {
        return instant(option, typed, HINT);
    }

    private static Instant instant(String option, String typed, String hint) throws CommandException {
        try {
            Instant time = Instant.parse(typed).truncatedTo(ChronoUnit.SECONDS);
            if (!time.isBefore(Instant.EPOCH) && !time.isAfter(LATEST)) {
                return time;
            }
        } catch (DateTimeException e) {
            throw CommandException.usage(option + " " + typed + " is not a time", hint, e);
        }
        throw CommandException.usage(option + " " + typed + " is not between 1970 and 9999", hint);
    }

    /** An instant, or a span from {@code now} on. */
    public static Instant until(String option, String typed, Instant now) throws CommandException {
        return SPAN.matcher(typed).matches()
                ? seconds(now).plus(span(option, typed))
                : instant(option, typed, HINT_WITH_SPAN);
    }

    /** Documents give times in whole seconds. */
    public static Instant seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }

    /** {@code in 29 days}, {@code 3 hours ago}: the largest unit, rounded down. */
    public static String relative(Instant time, Instant now) {
        Duration distance = Duration.between(now, time);
        String length = length(distance.abs());
        return distance.isNegative() ? length + " ago" : "in " + length;
    }

    private static String length(Duration distance) {
        if (distance.toDays() > 0) {
            return counted(distance.toDays(), "day");
        }
        if (distance.toHours() > 0) {
            return counted(distance.toHours(), "hour");
        }
        return distance.toMinutes() > 0
                ? counted(distance.toMinutes(), "minute")
                : counted(distance.toSeconds(), "second");
    }

    /** {@code 1 key}, {@code 2 keys}. */
    public static String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}

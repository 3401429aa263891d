package io.attestedmesh.releases.source;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a server said to recognise a content by (RFC 9110 §8.8). It counts for the address that it came from and no
 * other: behind a redirect may stand another file with the same ETag.
 *
 * @param location the address that answered, after redirects
 * @param value an ETag with its quotes, or a date in the format of RFC 9110 §5.6.7
 */
public record Validator(Kind kind, String location, String value) {
    /** How the value is sent back. */
    public enum Kind {
        ETAG("If-None-Match"),
        LAST_MODIFIED("If-Modified-Since");

        private final String header;

        Kind(String header) {
            this.header = header;
        }
    }

    private static final Pattern ENTITY_TAG = Pattern.compile("(W/)?\"[!#-~]{0,256}\"");
    private static final Duration DATE_STEP = Duration.ofSeconds(1);

    String header() {
        return kind.header;
    }

    boolean isOf(String address) {
        return location.equals(address);
    }

    /** An ETag as it was sent; empty for one that is not of RFC 9110 §8.8.3, which is never sent back. */
    static Optional<Validator> entityTag(String location, String value) {
        return ENTITY_TAG.matcher(value).matches()
                ? Optional.of(new Validator(Kind.ETAG, location, value))
                : Optional.empty();
    }

    /** The ETag, else the date of the last change where it is a reliable one. */
    static Optional<Validator> of(String location, HttpHeaders headers) {
        Optional<String> tag = headers.firstValue("ETag");
        return tag.isPresent() ? entityTag(location, tag.get()) : lastModified(location, headers);
    }

    // A file may change again within the second of its date: RFC 9110 §8.8.2.2.
    private static Optional<Validator> lastModified(String location, HttpHeaders headers) {
        Optional<ZonedDateTime> changed = date(headers, "Last-Modified");
        Optional<ZonedDateTime> sent = date(headers, "Date");
        if (changed.isEmpty()
                || sent.isEmpty()
                || Duration.between(changed.get(), sent.get()).compareTo(DATE_STEP) <= 0) {
            return Optional.empty();
        }
        String value = headers.firstValue("Last-Modified").orElseThrow();
        return Optional.of(new Validator(Kind.LAST_MODIFIED, location, value));
    }

    private static Optional<ZonedDateTime> date(HttpHeaders headers, String name) {
        try {
            return headers.firstValue(name)
                    .map(value -> ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}

package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.CanonicalReader;
import io.attestedmesh.voting.statement.CanonicalWriter;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.Value;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** What all entries share: what fits into the columns of every database, and how it is encoded. */
final class EntryBounds {
    static final int LONGEST_NODE = 253;
    static final int SIGNATURE = 64;
    static final int DIGEST = 48;

    /** The last millisecond of the year 9999: later ones cannot be told apart in every database. */
    private static final long LAST_MILLISECOND = 253_402_300_799_999L;

    private EntryBounds() {}

    static void node(String name) {
        boolean named = !name.isEmpty() && name.length() <= LONGEST_NODE;
        for (int i = 0; named && i < name.length(); i++) {
            named = name.charAt(i) > ' ' && name.charAt(i) < 127;
        }
        if (!named) {
            throw new IllegalArgumentException("a node has 1 to " + LONGEST_NODE + " printable ASCII characters");
        }
    }

    /** A line for people: what no database refuses and every one gives back as it was. */
    static void line(String text, int mostBytes) {
        int size = text.getBytes(StandardCharsets.UTF_8).length;
        if (size > mostBytes) {
            throw new IllegalArgumentException("a line has " + mostBytes + " bytes at most, this has " + size);
        }
        boolean plain = text.codePoints()
                .noneMatch(character ->
                        Character.isISOControl(character) || Character.getType(character) == Character.SURROGATE);
        if (!plain) {
            throw new IllegalArgumentException("a line has no control characters, nor halves of others");
        }
    }

    static void size(String what, Bytes bytes, int least, int most) {
        if (bytes.size() < least || bytes.size() > most) {
            throw new IllegalArgumentException(
                    "a " + what + " has " + least + " to " + most + " bytes, this has " + bytes.size());
        }
    }

    static void number(String what, long number, long least, long most) {
        if (number < least || number > most) {
            throw new IllegalArgumentException("a " + what + " is " + least + " to " + most + ", not " + number);
        }
    }

    /** The time without what is finer than milliseconds. */
    static Instant time(Instant at) {
        if (at.isBefore(Instant.EPOCH) || at.isAfter(Instant.ofEpochMilli(LAST_MILLISECOND))) {
            throw new IllegalArgumentException("a time is of the years 1970 to 9999");
        }
        return at.truncatedTo(ChronoUnit.MILLIS);
    }

    static void write(CanonicalWriter out, Optional<String> text) {
        out.number(text.isPresent() ? 1 : 0);
        text.ifPresent(out::text);
    }

    static Optional<String> optional(CanonicalReader in, int most) throws MalformedStatementException {
        return in.count(1) == 0 ? Optional.empty() : Optional.of(in.text(most));
    }

    static Optional<Value> value(CanonicalReader in) throws MalformedStatementException {
        return optional(in, Value.LONGEST).map(Value::new);
    }

    static Instant time(CanonicalReader in) throws MalformedStatementException {
        return Instant.ofEpochMilli(in.number(0));
    }

    /** The constant of that name, whatever else the text is. */
    static <E extends Enum<E>> E named(Class<E> type, String name) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("there is no such " + type.getSimpleName());
    }
}

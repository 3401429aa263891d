package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.Value;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Reads the columns of a row that somebody may have altered, to the last bit: two contents never read the same. */
final class RowReader {
    private static final int SCALE = 3;

    private final ResultSet in;

    RowReader(ResultSet in) {
        this.in = in;
    }

    String text(String column) throws SQLException, MalformedStatementException {
        return present(column, in.getString(column));
    }

    Optional<String> optional(String column) throws SQLException {
        return Optional.ofNullable(in.getString(column));
    }

    Optional<Value> value() throws SQLException {
        return optional("value").map(Value::new);
    }

    long number(String column) throws SQLException, MalformedStatementException {
        return present(column, in.getObject(column, Long.class));
    }

    long thousandths(String column) throws SQLException, MalformedStatementException {
        try {
            return present(column, in.getBigDecimal(column))
                    .movePointRight(SCALE)
                    .longValueExact();
        } catch (ArithmeticException e) {
            throw new MalformedStatementException("column " + column + " is not in thousandths", e);
        }
    }

    boolean flag(String column) throws SQLException, MalformedStatementException {
        return present(column, in.getObject(column, Boolean.class));
    }

    Bytes bytes(String column) throws SQLException, MalformedStatementException {
        return Bytes.of(present(column, in.getBytes(column)));
    }

    Instant time(String column) throws SQLException, MalformedStatementException {
        OffsetDateTime time = present(column, in.getObject(column, OffsetDateTime.class));
        boolean asWritten = time.getOffset().equals(ZoneOffset.UTC)
                && time.truncatedTo(ChronoUnit.MILLIS).equals(time);
        if (!asWritten) {
            throw new MalformedStatementException("column " + column + " is no time in UTC to the millisecond");
        }
        return time.toInstant();
    }

    private static <T> T present(String column, T value) throws MalformedStatementException {
        if (value == null) {
            throw new MalformedStatementException("column " + column + " is null");
        }
        return value;
    }
}

package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/** Sets a statement's parameters one after another. */
final class RowWriter {
    private static final int SCALE = 3;

    private final PreparedStatement out;
    private int last;

    RowWriter(PreparedStatement out) {
        this.out = out;
    }

    RowWriter text(String value) throws SQLException {
        out.setString(++last, value);
        return this;
    }

    RowWriter text(Optional<String> value) throws SQLException {
        if (value.isPresent()) {
            return text(value.get());
        }
        out.setNull(++last, Types.VARCHAR);
        return this;
    }

    RowWriter number(long value) throws SQLException {
        out.setLong(++last, value);
        return this;
    }

    RowWriter thousandths(long value) throws SQLException {
        out.setBigDecimal(++last, BigDecimal.valueOf(value, SCALE));
        return this;
    }

    RowWriter flag(boolean value) throws SQLException {
        out.setBoolean(++last, value);
        return this;
    }

    RowWriter bytes(Bytes value) throws SQLException {
        out.setBytes(++last, value.toByteArray());
        return this;
    }

    RowWriter time(Instant value) throws SQLException {
        out.setObject(++last, value.atOffset(ZoneOffset.UTC));
        return this;
    }

    RowWriter chain(Chain chain) throws SQLException {
        return text(chain.network()).number(chain.epoch()).text(chain.recorder());
    }
}

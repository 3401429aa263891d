package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.CanonicalReader;
import io.attestedmesh.voting.statement.CanonicalWriter;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.violation.Observation;
import io.attestedmesh.voting.violation.Violation;
import io.attestedmesh.voting.violation.ViolationType;
import java.time.Instant;
import java.util.Optional;

/**
 * What a node did wrong.
 *
 * @param id {@link Violation#id}, 48 bytes
 * @param observer who says so; empty for what is proved
 * @param summary one line, as {@link Violation#summary}
 * @param evidence as {@link Violation#encoded}
 * @param at since when the recorder knows
 */
public record ViolationEntry(
        Bytes id,
        ViolationType type,
        String accused,
        Optional<String> observer,
        String summary,
        Bytes evidence,
        Instant at)
        implements LedgerEntry {
    static final int LONGEST_SUMMARY = 4096;
    private static final int LONGEST_TYPE = 32;

    /** Refuses what is too large to be one. */
    public ViolationEntry {
        EntryBounds.size("violation's name", id, EntryBounds.DIGEST, EntryBounds.DIGEST);
        EntryBounds.node(accused);
        observer.ifPresent(EntryBounds::node);
        EntryBounds.line(summary, LONGEST_SUMMARY);
        EntryBounds.size("violation's evidence", evidence, 1, Violation.LARGEST);
        at = EntryBounds.time(at);
    }

    /** The entry for a violation. */
    public static ViolationEntry of(Violation violation, Instant at) {
        return new ViolationEntry(
                violation.id(),
                violation.type(),
                violation.accused(),
                violation instanceof Observation observation ? Optional.of(observation.observer()) : Optional.empty(),
                violation.summary(),
                violation.encoded(),
                at);
    }

    @Override
    public LedgerTable table() {
        return LedgerTable.VIOLATIONS;
    }

    @Override
    public void write(CanonicalWriter out) {
        out.bytes(id).text(type.name()).text(accused);
        EntryBounds.write(out, observer);
        out.text(summary).bytes(evidence).number(at.toEpochMilli());
    }

    static ViolationEntry read(CanonicalReader in) throws MalformedStatementException {
        return new ViolationEntry(
                in.bytes(EntryBounds.DIGEST),
                EntryBounds.named(ViolationType.class, in.text(LONGEST_TYPE)),
                in.text(EntryBounds.LONGEST_NODE),
                EntryBounds.optional(in, EntryBounds.LONGEST_NODE),
                in.text(LONGEST_SUMMARY),
                in.bytes(Violation.LARGEST),
                EntryBounds.time(in));
    }
}

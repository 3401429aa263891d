package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.StatementVerifier;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Follows one chain from its first row: positions, hashes over the columns, heads. Checks each row once, in order. */
final class ChainAudit implements LedgerVisitor {
    private final Chain chain;
    private final StatementVerifier verifier;
    private final EntryAudit entries;
    private final Findings findings;

    /** Hashes that the next row may be on: what stands in the last row, and what should; after a gap nobody knows. */
    private final Set<Bytes> before = new LinkedHashSet<>(Set.of(ChainHead.EMPTY.hash()));

    /** Those that the last position's rows may be on. */
    private final Set<Bytes> beforeLast = new LinkedHashSet<>();

    private ChainHead last = ChainHead.EMPTY;
    private long covered;
    private long rows;
    private long heads;

    ChainAudit(Chain chain, StatementVerifier verifier, EntryAudit entries, Findings findings) {
        this.chain = chain;
        this.verifier = verifier;
        this.entries = entries;
        this.findings = findings;
    }

    @Override
    public void row(LedgerRow row) {
        if (isBeforeTheFirst(row.position(), row.table())) {
            return;
        }
        boolean again = place(row.position(), row.table());
        Optional<Bytes> computed = checkHash(row, again ? beforeLast : before);
        arrived(row.position(), row.hash(), computed, again);
        entries.check(row, findings);
    }

    @Override
    public void unreadable(LedgerTable table, long position, Bytes hash, String why) {
        if (isBeforeTheFirst(position, table)) {
            return;
        }
        boolean again = place(position, table);
        findings.add(FindingType.UNREADABLE, position, Optional.of(table), "columns as a node writes them", why);
        arrived(position, hash, Optional.empty(), again);
    }

    private boolean isBeforeTheFirst(long position, LedgerTable table) {
        rows++;
        if (position >= 1) {
            return false;
        }
        findings.add(FindingType.DUPLICATE, position, Optional.of(table), "positions from 1", "a row before it");
        return true;
    }

    /** Whether the position had a row already. */
    private boolean place(long position, LedgerTable table) {
        if (position <= last.position()) {
            findings.add(FindingType.DUPLICATE, position, Optional.of(table), "one row at a position", "another row");
            return true;
        }
        missing(position - 1);
        return false;
    }

    /** Every position up to {@code through} has to have had its row. */
    private void missing(long through) {
        long first = last.position() + 1;
        if (first <= through) {
            String rest = first == through ? "none" : "none from " + first + " to " + through;
            findings.add(FindingType.MISSING, first, Optional.empty(), "a row at each position", rest);
            before.clear();
        }
    }

    private Optional<Bytes> checkHash(LedgerRow row, Set<Bytes> previous) {
        if (previous.isEmpty()) {
            return Optional.empty();
        }
        Bytes entry = row.entry().encoded();
        List<Bytes> computed = previous.stream()
                .map(candidate -> chain.hash(candidate, row.position(), entry))
                .toList();
        if (computed.contains(row.hash())) {
            return Optional.of(row.hash());
        }
        findings.add(FindingType.HASH, row, computed.get(0).hex(), row.hash().hex());
        return Optional.of(computed.get(0));
    }

    private void arrived(long position, Bytes hash, Optional<Bytes> computed, boolean again) {
        if (!again) {
            beforeLast.clear();
            beforeLast.addAll(before);
            before.clear();
            last = new ChainHead(position, hash);
        }
        before.add(hash);
        computed.ifPresent(before::add);
    }

    @Override
    public void head(SignedHead head) {
        heads++;
        long position = head.head().position();
        if (position > last.position()) {
            missing(position);
            last = head.head(); // the rows that it signs are gone, and were said to be
            before.add(head.head().hash());
        }
        boolean fits =
                position == last.position() && before.contains(head.head().hash());
        if (!fits) {
            findings.add(
                    FindingType.HEAD,
                    position,
                    Optional.of(LedgerTable.HEADS),
                    "the hash of row " + position + ", " + last.hash().hex(),
                    head.head().hash().hex());
            return;
        }
        try {
            head.verify(chain, verifier);
            covered = position;
        } catch (RejectedStatementException e) {
            findings.add(FindingType.HEAD, position, Optional.of(LedgerTable.HEADS), e.expected(), e.actual());
        }
    }

    AuditReport end(long leastPosition) {
        if (covered < last.position()) {
            findings.add(
                    FindingType.UNSIGNED,
                    covered + 1,
                    Optional.empty(),
                    "a signed head of row " + last.position() + ", the last",
                    covered == 0 ? "none" : "the last is of row " + covered);
        }
        if (last.position() < leastPosition) {
            findings.add(
                    FindingType.TRUNCATED,
                    last.position() + 1,
                    Optional.empty(),
                    "rows up to " + leastPosition + " at least",
                    "none after " + last.position());
        }
        return new AuditReport(chain, rows, heads, last, findings.kept(), findings.count());
    }
}

package io.attestedmesh.cli.voting;

import io.attestedmesh.voting.ledger.AuditReport;
import io.attestedmesh.voting.ledger.Finding;
import io.attestedmesh.voting.ledger.LedgerStatus;
import io.attestedmesh.voting.ledger.LedgerTable;
import io.attestedmesh.voting.node.NodeView;
import io.attestedmesh.voting.node.PeerView;
import io.attestedmesh.voting.node.TransactionView;
import io.attestedmesh.voting.node.VotingNode;
import io.attestedmesh.voting.replica.Ballot;
import io.attestedmesh.voting.replica.Outcome;
import io.attestedmesh.voting.replica.VoteReason;
import io.attestedmesh.voting.service.VotingService;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.violation.Conduct;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a node knows, as JSON. */
final class Views {
    private Views() {}

    static Map<String, Object> transaction(TransactionView view) {
        Ballot ballot = view.ballot();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("transaction", ballot.transaction());
        json.put("outcome", ballot.outcome());
        json.put("value", ballot.value().map(Value::text));
        json.put("since", ballot.since());
        if (ballot.outcome() == Outcome.PENDING) {
            json.put("deadline", view.deadline());
            json.put("stuck", view.stuck());
        }
        List<Map<String, Object>> statements = new ArrayList<>();
        ballot.statements().forEach(statement -> {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("node", statement.node());
            row.put("said", statement.statement().value().map(Value::text).orElse("timeout"));
            row.put("sequence", statement.statement().sequence());
            row.put("signature", statement.signed().signature().hex());
            statements.add(row);
        });
        json.put("statements", statements);
        json.put(
                "certificate",
                ballot.certificate().map(certificate -> certificate.encoded().hex()));
        return json;
    }

    static Map<String, Object> info(VotingNode node, VotingService service, NodeView view) {
        Committee committee = view.committee();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("node", view.node());
        json.put("network", committee.network());
        json.put("epoch", committee.epoch());
        json.put("threshold", committee.threshold());
        json.put("members", List.copyOf(committee.nodes()));
        json.put("liarsBorne", committee.safeLiars());
        json.put("nodesSpared", committee.spareNodes());
        json.put("key", view.key());
        json.put("ready", view.ready());
        json.put("rolledBack", view.rolledBack());
        json.put("statements", view.statements());
        json.put("transactions", view.transactions());
        json.put("pending", view.pending());
        LedgerStatus ledger = service.ledger();
        json.put("ledger", ledger.state());
        json.put("ledgerMessage", ledger.message());
        json.put("ledgerWritten", ledger.written());
        json.put("ledgerWaiting", ledger.waiting());
        json.put("coordination", service.coordination());
        json.put("coordinationWaiting", node.outcomes().size());
        json.put(
                "announcements",
                node.keys().announcements().stream()
                        .map(announcement -> announcement.encoded().hex())
                        .toList());
        return json;
    }

    static List<Map<String, Object>> peers(List<PeerView> peers) {
        return peers.stream()
                .map(peer -> {
                    Map<String, Object> row = new LinkedHashMap<>();
                    row.put("node", peer.node());
                    row.put("address", peer.address());
                    row.put("reached", peer.reached());
                    row.put("calls", peer.calls());
                    row.put("acknowledged", peer.acknowledged());
                    row.put("heard", peer.heard());
                    row.put("score", score(peer.score()));
                    row.put("excluded", peer.excluded());
                    row.put("key", peer.key());
                    return row;
                })
                .toList();
    }

    static List<Map<String, Object>> reputation(NodeView self, List<PeerView> peers) {
        List<Map<String, Object>> rows = new ArrayList<>();
        rows.add(reputation(self.node(), self.score(), false));
        peers.forEach(peer -> rows.add(reputation(peer.node(), peer.score(), peer.excluded())));
        return rows;
    }

    private static Map<String, Object> reputation(String node, double score, boolean excluded) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("node", node);
        row.put("score", score(score));
        row.put("excluded", excluded);
        return row;
    }

    private static String score(double score) {
        return String.format(Locale.ROOT, "%.3f", score);
    }

    static Map<String, Object> violation(Conduct.Known known) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("type", known.violation().type());
        row.put("accused", known.violation().accused());
        row.put("since", known.since());
        row.put("proof", known.violation().type().isProof());
        row.put("summary", known.violation().violation().summary());
        row.put("evidence", known.violation().violation().evidence());
        row.put("id", known.violation().id().hex());
        return row;
    }

    static Map<String, Object> audit(AuditReport report) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("recorder", report.chain().recorder());
        json.put("rows", report.rows());
        json.put("heads", report.heads());
        json.put("last", report.last().position());
        json.put("hash", report.last().hash().hex());
        json.put("clean", report.isClean());
        json.put("found", report.found());
        json.put("findings", report.findings().stream().map(Views::finding).toList());
        return json;
    }

    private static Map<String, Object> finding(Finding finding) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("type", finding.type());
        row.put("position", finding.position());
        row.put("table", finding.table().map(LedgerTable::toString));
        row.put("expected", finding.expected());
        row.put("found", finding.found());
        return row;
    }

    /** What an operator can do about it. */
    static String hint(VoteReason reason) {
        return switch (reason) {
            case ALREADY_SAID -> "a node says one thing of a transaction; 'amesh voting status --tx-id' shows it";
            case SETTLED -> "'amesh voting status --tx-id' shows the certificate";
            case NOT_READY -> "'amesh voting peers' shows who is away";
            case ROLLED_BACK -> "docs/voting.md, \"A disk that went back\", says how such a node comes back";
            case SPOOL_FULL -> "'amesh voting info' shows what is away; nothing accepted is lost";
            case TOO_MANY_PENDING ->
                "'amesh voting info' counts them; those that t nodes will not agree on stay pending in this epoch";
            case BUSY -> "they are signed within a moment; then vote again";
            case STOPPING -> "";
        };
    }
}

package io.attestedmesh.cli.voting;

import com.fasterxml.jackson.databind.JsonNode;
import io.attestedmesh.attest.ed25519.Ed25519PublicKey;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.cli.telemetry.Answer;
import io.attestedmesh.cli.telemetry.LocalServer.Act;
import io.attestedmesh.voting.ledger.AuditReport;
import io.attestedmesh.voting.ledger.Ledger;
import io.attestedmesh.voting.ledger.LedgerAudit;
import io.attestedmesh.voting.ledger.LedgerException;
import io.attestedmesh.voting.node.InsecureByzantine;
import io.attestedmesh.voting.node.VotingNode;
import io.attestedmesh.voting.replica.RefusedVoteException;
import io.attestedmesh.voting.service.VotingService;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.violation.Reinstatement;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What a running node does when it is asked at its admin endpoint, each by its path. */
final class AdminActs {
    /** The longest that one takes; an audit reads the whole ledger. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Duration NODE_PATIENCE = Duration.ofSeconds(20);

    private final VotingNode node;
    private final VotingService service;
    private final Ledger ledger;
    private final String self;
    private final Optional<Ed25519PublicKey> operator;
    private final Optional<InsecureByzantine> byzantine;
    private final Clock clock;

    AdminActs(
            VotingNode node,
            VotingService service,
            Ledger ledger,
            String self,
            Optional<Ed25519PublicKey> operator,
            Optional<InsecureByzantine> byzantine,
            Clock clock) {
        this.node = node;
        this.service = service;
        this.ledger = ledger;
        this.self = self;
        this.operator = operator;
        this.byzantine = byzantine;
        this.clock = clock;
    }

    Map<String, Act> byPath() {
        return Map.of(
                "/vote", guarded(this::vote),
                "/status", guarded(this::status),
                "/info", guarded(body -> Views.info(node, service, get(node.info()))),
                "/peers", guarded(body -> Map.of("peers", Views.peers(get(node.peers())))),
                "/violations", guarded(this::violations),
                "/reputation",
                        guarded(body -> Map.of("reputation", Views.reputation(get(node.info()), get(node.peers())))),
                "/audit", guarded(this::audit),
                "/reinstate", guarded(this::reinstate),
                "/byzantine", guarded(this::misbehave));
    }

    /** One of them: what it throws is what the answer says. */
    @FunctionalInterface
    private interface Doing {
        Map<String, ?> with(JsonNode body) throws Refusal, MalformedStatementException, LedgerException;
    }

    /** An answer that is none. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        private final int status;
        private final transient Map<String, Object> said;

        Refusal(int status, Map<String, Object> said) {
            super(String.valueOf(said.get("error")));
            this.status = status;
            this.said = said;
        }

        static Refusal of(int status, String error, String hint) {
            Map<String, Object> said = new LinkedHashMap<>();
            said.put("error", error);
            said.put("hint", hint);
            return new Refusal(status, said);
        }

        static Refusal rejected(String error, String reason, String expected, String actual, String hint) {
            Map<String, Object> said = new LinkedHashMap<>();
            said.put("error", error);
            said.put("reason", reason);
            said.put("expected", expected);
            said.put("actual", actual);
            said.put("hint", hint);
            return new Refusal(409, said);
        }
    }

    private static Act guarded(Doing doing) {
        return body -> {
            try {
                return Answer.json(doing.with(body));
            } catch (Refusal e) {
                return Answer.json(e.status, e.said);
            } catch (MalformedStatementException | IllegalArgumentException e) {
                return Answer.json(400, Map.of("error", String.valueOf(e.getMessage())));
            } catch (LedgerException e) {
                return Answer.json(503, Map.of("error", "the ledger: " + e.getMessage()));
            }
        };
    }

    private static <T> T get(CompletableFuture<T> future) throws Refusal {
        try {
            return future.get(NODE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.of(503, "the node is stopping", "");
        } catch (TimeoutException e) {
            throw Refusal.of(503, "the node did not come to it", "its log says why");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RefusedVoteException refused) {
                throw Refusal.rejected(
                        "this node does not vote: " + refused.getMessage(),
                        refused.reason().name(),
                        "a vote that this node may sign",
                        refused.getMessage(),
                        Views.hint(refused.reason()));
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static String text(JsonNode body, String key) {
        JsonNode value = body.path(key);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("the request has no " + key);
        }
        return value.asText();
    }

    private static TransactionId transaction(JsonNode body) {
        return new TransactionId(text(body, "transaction"));
    }

    private Map<String, ?> vote(JsonNode body) throws Refusal {
        VerifiedStatement own = get(node.vote(transaction(body), new Value(text(body, "value"))));
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("transaction", own.transaction());
        said.put("value", own.statement().value().map(Value::text));
        said.put("node", own.node());
        said.put("sequence", own.statement().sequence());
        return said;
    }

    private Map<String, ?> status(JsonNode body) throws Refusal {
        TransactionId transaction = transaction(body);
        return get(node.status(transaction))
                .map(Views::transaction)
                .orElseThrow(() -> Refusal.rejected(
                        "nobody has said anything of " + transaction + " that this node heard",
                        "UNKNOWN_TRANSACTION",
                        "a transaction that somebody voted in",
                        transaction.text(),
                        "'amesh voting vote' votes in it"));
    }

    private Map<String, ?> violations(JsonNode body) throws Refusal {
        Optional<String> accused = body.path("node").isTextual() ? Optional.of(text(body, "node")) : Optional.empty();
        return Map.of(
                "violations",
                get(node.violations()).stream()
                        .filter(known -> accused.isEmpty()
                                || accused.get().equals(known.violation().accused()))
                        .map(Views::violation)
                        .toList());
    }

    private Map<String, ?> audit(JsonNode body) throws LedgerException {
        String recorder = body.path("recorder").isTextual() ? text(body, "recorder") : self;
        long least = recorder.equals(self) ? service.ledger().written() : 0;
        AuditReport report = new LedgerAudit(node.keys()).audit(ledger, recorder, least);
        return Views.audit(report);
    }

    private Map<String, ?> reinstate(JsonNode body) throws Refusal, MalformedStatementException {
        Reinstatement act = Reinstatement.parse(Bytes.fromHex(text(body, "act")));
        if (operator.isEmpty()) {
            throw Refusal.of(
                    400, "this node takes no acts of an operator", "set [voting] operator-key, and start it again");
        }
        Committee committee = node.keys().committee();
        if (!committee.contains(act.node())) {
            throw Refusal.of(
                    400,
                    "there is no member " + OneLine.of(act.node()),
                    "the members are " + String.join(", ", committee.nodes()));
        }
        if (!act.isBy(operator.get(), committee)) {
            throw Refusal.rejected(
                    "the act is not the operator's, or not of this network and epoch",
                    "SIGNATURE",
                    "an act signed by " + operator.get().raw().hex() + " for " + committee,
                    act.network() + " epoch " + act.epoch() + ", " + act.node(),
                    "[voting] operator-key of this node says whose acts it takes");
        }
        if (act.until().isAfter(clock.instant())) {
            throw Refusal.of(400, "the act forgives what is still to come", "are the clocks right?");
        }
        get(node.reinstate(act));
        return Map.of("node", act.node(), "until", act.until());
    }

    private Map<String, ?> misbehave(JsonNode body) throws Refusal {
        if (byzantine.isEmpty()) {
            throw Refusal.of(
                    400,
                    "this node keeps the rules",
                    "start it by 'amesh voting run --insecure-byzantine', in a simulated network only");
        }
        InsecureByzantine liar = byzantine.get();
        String type = text(body, "type");
        TransactionId transaction = transaction(body);
        Value value = new Value(text(body, "value"));
        switch (type) {
            case "double-vote" -> liar.doubleVote(transaction, value, new Value(value.text() + "-too"));
            case "minority" -> liar.vote(transaction, value);
            case "invalid-signature" -> liar.invalidSignature(transaction, value);
            case "silent" -> get(liar.silence(true));
            case "speak" -> get(liar.silence(false));
            default -> throw new IllegalArgumentException("there is no such misbehaviour");
        }
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("did", type);
        said.put("transaction", transaction);
        said.put("others", List.copyOf(node.keys().committee().nodes()));
        return said;
    }
}

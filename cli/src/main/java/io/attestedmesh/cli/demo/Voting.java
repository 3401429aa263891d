package io.attestedmesh.cli.demo;

import io.attestedmesh.attest.ed25519.Ed25519PrivateKey;
import io.attestedmesh.cli.command.Table;
import io.attestedmesh.cli.demo.Scene.Outcome;
import io.attestedmesh.mpc.network.AttestedTransport;
import io.attestedmesh.voting.ledger.AuditReport;
import io.attestedmesh.voting.node.InsecureByzantine;
import io.attestedmesh.voting.node.PeerView;
import io.attestedmesh.voting.node.TransactionView;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.StatementVerifier;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.violation.Conduct;
import io.attestedmesh.voting.violation.ViolationType;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Five attested nodes that decide by four votes, one of which breaks each rule, and a sixth that runs other code. */
final class Voting implements AutoCloseable {
    private static final List<String> NODES = List.of("ada.demo", "ben.demo", "cleo.demo", "dan.demo", "eve.demo");
    private static final String LIAR = "eve.demo";
    private static final String OUTSIDER = "mallory.demo";
    private static final int THRESHOLD = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Cloud cloud;
    private final Path folder;
    private final Consumer<String> say;
    private final SecureRandom random = new SecureRandom();
    private final Ed25519PrivateKey operator = Ed25519PrivateKey.generate(random);
    private final Committee committee = new Committee("demo", 1, THRESHOLD, NODES);
    private final Map<String, Node> connections = new LinkedHashMap<>();
    private final Map<String, Deciding> nodes = new LinkedHashMap<>();

    private Voting(Cloud cloud, Path folder, Consumer<String> say) {
        this.cloud = cloud;
        this.folder = folder;
        this.say = say;
    }

    static Voting start(Cloud cloud, Path folder, Consumer<String> say) throws Exception {
        Voting voting = new Voting(cloud, folder, say);
        try {
            voting.startNodes();
            return voting;
        } catch (Exception e) {
            voting.close();
            throw e;
        }
    }

    private void startNodes() throws Exception {
        List<Party> parties = new ArrayList<>();
        for (String name : NODES) {
            parties.add(cloud.fullAuto(name, cloud.image()));
        }
        parties.add(cloud.fullAuto(OUTSIDER, Cloud.image("demo 6.6.6")));
        connections.putAll(cloud.start(parties));
        for (String name : NODES) {
            Ed25519PrivateKey key = Ed25519PrivateKey.generate(random);
            nodes.put(
                    name,
                    new Deciding(connections.get(name), committee, name, key, folder.resolve(name), cloud.clock()));
        }
        for (Deciding node : nodes.values()) {
            node.start();
            nodes.values().stream().filter(other -> other != node).forEach(node::reach);
        }
        for (Deciding node : nodes.values()) {
            node.awaitReady();
        }
    }

    /** Everything that is shown, in its order. */
    List<Scene> scenes() throws Exception {
        List<Scene> scenes = new ArrayList<>();
        say.accept("five attested nodes, of which " + THRESHOLD + " have to agree: they bear " + committee.safeLiars()
                + " liars, and do without " + committee.spareNodes());
        scenes.add(outsider());
        scenes.add(decision());
        scenes.add(failure());
        say.accept(LIAR + " votes for another value than the others:");
        scenes.add(minority());
        say.accept(LIAR + " sends votes that its signature does not cover:");
        scenes.add(observed(
                "invalid signature",
                ViolationType.INVALID_SIGNATURE,
                liar -> liar.invalidSignature(new TransactionId("tx_signature"), new Value("1"))));
        scenes.add(reinstated());
        say.accept(LIAR + " says nothing more, though its connections work:");
        scenes.add(silence());
        scenes.add(reinstated());
        say.accept(LIAR + " votes for one value towards two nodes, and for another towards the other two:");
        scenes.add(doubleVote());
        scenes.add(decidedWithout());
        scenes.add(audit());
        say.accept("what " + NODES.get(0) + " holds of the others:");
        reputation().forEach(say);
        say.accept("");
        return scenes;
    }

    private Deciding first() {
        return nodes.get(NODES.get(0));
    }

    private static Scene scene(String title, boolean asExpected, Outcome expected, String detail) {
        return new Scene(
                title, expected, asExpected ? expected : Outcome.FAILED, Optional.empty(), detail, Optional.empty());
    }

    /** A node that runs code which is on no list knocks at one that votes. */
    private Scene outsider() throws Exception {
        Node target = connections.get(NODES.get(0));
        Node outsider = connections.get(OUTSIDER);
        try (var reach = new AttestedTransport(outsider.grpc()).reach(first().party())) {
            var unused = reach.channel().getState(true);
            return Refusal.of(OUTSIDER + ", a sixth node, image on no list", target, PATIENCE);
        }
    }

    private Scene decision() throws Exception {
        for (String name : NODES.subList(0, THRESHOLD)) {
            nodes.get(name).vote("tx_001", "42");
        }
        int decided = 0;
        for (Deciding node : nodes.values()) {
            decided += node.settled("tx_001")
                            .flatMap(view -> view.ballot().value())
                            .isPresent()
                    ? 1
                    : 0;
        }
        Optional<TransactionView> last = nodes.get(LIAR).settled("tx_001");
        String detail = "undecided";
        if (last.isPresent()) {
            VerifiedCertificate certificate = new StatementVerifier(
                            first().node().keys())
                    .verify(last.get().ballot().certificate().orElseThrow().certificate());
            say.accept("  tx_001 = " + certificate.value().orElseThrow() + ", certificate of "
                    + certificate.encoded().size() + " bytes:");
            certificate.certificate().statements().forEach(signed -> say.accept("    " + line(signed)));
            detail = decided + " of 5 nodes decided 42, certificate of "
                    + certificate.certificate().statements().size() + " votes verified";
        }
        return scene("four vote for 42", decided == NODES.size(), Outcome.ACCEPTED, detail);
    }

    private static String line(SignedStatement signed) {
        return signed.statement() + ", signature "
                + signed.signature().slice(0, 16).hex() + "…";
    }

    private Scene failure() throws Exception {
        nodes.get(NODES.get(0)).vote("tx_002", "7");
        Optional<TransactionView> view = first().settled("tx_002");
        boolean failed =
                view.filter(settled -> settled.ballot().value().isEmpty()).isPresent();
        String detail = view.map(settled -> settled.tally().heard() + " statements, "
                        + settled.tally().votes())
                .orElse("still pending");
        return scene("one votes, the others' deadline passes", failed, Outcome.ACCEPTED, "failed: " + detail);
    }

    private Scene minority() throws Exception {
        nodes.get(LIAR).vote("tx_003", "13");
        for (String name : NODES.subList(0, THRESHOLD)) {
            nodes.get(name).vote("tx_003", "42");
        }
        Optional<Conduct.Known> proof = first().violation(ViolationType.MINORITY_VOTE, LIAR);
        tell(proof);
        boolean counted = first().awaitExcluded(LIAR, false);
        return scene(
                "a minority vote is proved, excludes nobody",
                proof.isPresent() && counted,
                Outcome.ACCEPTED,
                summary(proof));
    }

    private Scene observed(String title, ViolationType type, Consumer<InsecureByzantine> lie) throws Exception {
        lie.accept(nodes.get(LIAR).liar());
        Optional<Conduct.Known> observation = first().violation(type, LIAR);
        tell(observation);
        boolean excluded = excludedEverywhere();
        return scene(
                title + ": " + committee.believableObservers() + " observers exclude",
                excluded,
                Outcome.REFUSED,
                summary(observation));
    }

    private Scene silence() throws Exception {
        InsecureByzantine liar = nodes.get(LIAR).liar();
        liar.silence(true).get();
        for (String name : NODES.subList(0, THRESHOLD - 1)) {
            nodes.get(name).vote("tx_004", "42"); // too few, so that the others are asked
        }
        Scene scene = observed("silence", ViolationType.SILENCE, still -> {});
        liar.silence(false).get();
        nodes.get(NODES.get(THRESHOLD - 1)).vote("tx_004", "42");
        return scene;
    }

    private Scene reinstated() throws Exception {
        boolean back = true;
        for (String name : NODES.subList(0, THRESHOLD)) {
            nodes.get(name).reinstate(committee, LIAR, operator);
            back &= nodes.get(name).awaitExcluded(LIAR, false);
        }
        return scene("an operator reinstates " + LIAR, back, Outcome.ACCEPTED, "by a signed act, at each node");
    }

    private Scene doubleVote() throws Exception {
        nodes.get(LIAR).liar().doubleVote(new TransactionId("tx_005"), new Value("1"), new Value("2"));
        Optional<Conduct.Known> proof = first().violation(ViolationType.DOUBLE_VOTE, LIAR);
        tell(proof);
        return scene("a double vote is proved, and excludes", excludedEverywhere(), Outcome.REFUSED, summary(proof));
    }

    private boolean excludedEverywhere() throws Exception {
        boolean excluded = true;
        for (String name : NODES.subList(0, THRESHOLD)) {
            excluded &= nodes.get(name).awaitExcluded(LIAR, true);
        }
        return excluded;
    }

    private Scene decidedWithout() throws Exception {
        for (String name : NODES.subList(0, THRESHOLD)) {
            nodes.get(name).vote("tx_006", "42");
        }
        int decided = 0;
        for (String name : NODES.subList(0, THRESHOLD)) {
            decided += nodes.get(name)
                            .settled("tx_006")
                            .flatMap(view -> view.ballot().value())
                            .isPresent()
                    ? 1
                    : 0;
        }
        return scene(
                "the other four go on", decided == THRESHOLD, Outcome.ACCEPTED, decided + " of 4 nodes decided 42");
    }

    private Scene audit() throws Exception {
        long rows = 0;
        long found = 0;
        for (String name : NODES.subList(0, THRESHOLD)) {
            AuditReport report = nodes.get(name).audit();
            rows += report.rows();
            found += report.found();
        }
        return scene(
                "four ledgers are audited",
                found == 0 && rows > 0,
                Outcome.ACCEPTED,
                rows + " rows, " + found + " findings");
    }

    private void tell(Optional<Conduct.Known> known) {
        known.ifPresent(one -> {
            say.accept("  " + one.violation());
            one.violation().violation().evidence().forEach(line -> say.accept("    " + line));
        });
    }

    private static String summary(Optional<Conduct.Known> known) {
        return known.map(one -> one.violation().violation().summary()).orElse("nobody noticed");
    }

    private List<String> reputation() throws Exception {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (PeerView peer : first().peers()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("node", peer.node());
            row.put("score", String.format(Locale.ROOT, "%.1f", peer.score()));
            row.put("excluded", peer.excluded());
            row.put("statements", peer.heard());
            rows.add(row);
        }
        return Table.of(rows).stream().map(line -> "  " + line).toList();
    }

    @Override
    public void close() {
        nodes.values().forEach(Deciding::close);
        connections.values().forEach(Node::close);
    }
}

package io.attestedmesh.cli.demo;

import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.policy.KnownRelease;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.Roster;
import io.attestedmesh.cli.demo.Impostors.Impostor;
import io.attestedmesh.cli.demo.Scene.Outcome;
import io.attestedmesh.cli.node.NodeService;
import io.attestedmesh.cli.node.proto.HelloReply;
import io.attestedmesh.cli.node.proto.HelloRequest;
import io.attestedmesh.cli.node.proto.NodeGrpc;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.list.Revocation;
import io.attestedmesh.releases.root.SignedRoot;
import io.attestedmesh.releases.trust.Requirements;
import io.attestedmesh.releases.trust.TrustedReleases;
import io.attestedmesh.releases.trust.VerifiedList;
import io.attestedmesh.transport.ConnectionLog.Rejection;
import io.attestedmesh.transport.grpc.AttestedChannel;
import io.attestedmesh.transport.identity.AttestedCredentials;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.attestedmesh.transport.identity.Upkeep;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Four parties that accept each other: three in mode full-auto, one in mode semi-auto. One of them runs the release before
 * that of the others.
 */
final class Mesh implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String DAVES_INSTANCE = "i-0000000000000dave";

    private final Cloud cloud;
    private final List<Party> parties;
    private final Roster roster;
    private final Signers signers;
    private final TrustedReleases releases;
    private final Supplier<AttestationPolicy> policy;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final Map<String, Node> nodes = new LinkedHashMap<>();

    private Mesh(Cloud cloud, List<Party> parties) throws Exception {
        this.cloud = cloud;
        this.parties = parties;
        this.roster = Roster.of(parties.stream().map(Party::entry).toList());
        this.signers = new Signers("demo", cloud.clock());
        this.releases =
                TrustedReleases.open(Requirements.of(SignedRoot.of(signers.root())), Optional.empty(), cloud.clock());
        releases.offer(signers.publish(cloud.release(), cloud.oldRelease().deprecated()));
        this.policy = Cloud.policy(releases);
    }

    static Mesh start(Cloud cloud) throws Exception {
        Mesh mesh = new Mesh(
                cloud,
                List.of(
                        cloud.fullAuto("alice.demo", cloud.image()),
                        cloud.fullAuto("bob.demo", cloud.oldImage()),
                        cloud.fullAuto("carol.demo", cloud.image()),
                        cloud.semiAuto("dave.demo", DAVES_INSTANCE)));
        try {
            for (Party party : mesh.parties) {
                mesh.startNode(party);
            }
            mesh.introduce();
            return mesh;
        } catch (Exception e) {
            mesh.close();
            throw e;
        }
    }

    private void startNode(Party party) throws Exception {
        CredentialSource credentials = AttestedCredentials.start(
                cloud.mint(party.issuance(), party.enclave()),
                new Upkeep(cloud.clock(), scheduler, new SimpleMeterRegistry()),
                cloud.random());
        Node node = new Node(cloud, party.enclave(), credentials, roster, policy);
        nodes.put(party.name(), node);
        node.serve(party.entry().identity(), new NodeService(party.entry().identity()));
    }

    /** The parties, in their order, are those of a computation. */
    private void introduce() {
        List<io.attestedmesh.mpc.party.Party> known = new ArrayList<>();
        for (Party party : parties) {
            known.add(io.attestedmesh.mpc.party.Party.of(
                    known.size() + 1,
                    party.entry().identity(),
                    InetAddress.getLoopbackAddress().getHostAddress(),
                    nodes.get(party.name()).port()));
        }
        MpcContext context = new MpcContext(Signing.CONTEXT, known);
        nodes.values().forEach(node -> node.join(context));
    }

    /** The parties make a key that none of them has, and sign with it; one of them cheats then. */
    List<Scene> sign() throws InterruptedException, GeneralSecurityException {
        return new Signing(nodes.values().stream().map(Node::network).toList(), cloud.random()).scenes();
    }

    Party party(String name) {
        return parties.stream()
                .filter(party -> party.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Which list of releases is in force, and who signed it. */
    String list() {
        VerifiedList list = releases.current().orElseThrow();
        return list.list().name() + " version " + list.version() + ", signed by "
                + String.join(
                        " and ", list.signers().stream().map(NamedKey::name).toList()) + " ("
                + list.signers().size() + " of "
                + list.root().root().keys().keys().size() + " keys), until "
                + list.list().expiresAt();
    }

    /** How much of a connection is proved, and by which engine. */
    String level() {
        String engine = cloud.engine().name();
        return cloud.level() == Freshness.SESSION
                ? "each attests in each session, before the first byte: level session, TLS engine " + engine
                : "TLS engine " + engine + " has no exporter: level certificate, and nobody would tell one who has"
                        + " stolen a key, so that impostor is left out";
    }

    /** One line for each party. */
    List<String> describe() {
        return parties.stream()
                .map(party -> "  " + party.name() + "  "
                        + party.entry()
                                .mode()
                                .toString()
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '-') + "  "
                        + party.enclave().moduleId() + "  certificate "
                        + nodes.get(party.name()).connectionId())
                .toList();
    }

    /** Every party calls every other {@code messages} times over a connection of its own. */
    List<Scene> exchange(int messages) throws InterruptedException {
        List<Scene> scenes = new ArrayList<>();
        for (Party caller : parties) {
            for (Party callee : parties) {
                if (!caller.equals(callee)) {
                    scenes.add(call(caller, callee, messages));
                }
            }
        }
        return scenes;
    }

    private Scene call(Party caller, Party callee, int messages) throws InterruptedException {
        Node from = nodes.get(caller.name());
        String title = caller.name() + " → " + callee.name();
        Optional<String> connection = Optional.of(from.connectionId());
        try (AttestedChannel channel = from.dial(nodes.get(callee.name()), callee.name())) {
            AttestedPeer peer = channel.peer(PATIENCE);
            int answered = 0;
            for (int i = 0; i < messages; i++) {
                HelloReply reply = hello(channel, caller.name());
                answered += reply.getCaller().equals(caller.name()) ? 1 : 0;
            }
            String detail = answered + " of " + messages + " messages, release " + release(peer);
            Outcome outcome = answered == messages ? Outcome.ACCEPTED : Outcome.FAILED;
            return new Scene(title, Outcome.ACCEPTED, outcome, Optional.empty(), detail, connection);
        } catch (IOException | StatusRuntimeException e) {
            return new Scene(
                    title,
                    Outcome.ACCEPTED,
                    Outcome.FAILED,
                    Optional.empty(),
                    String.valueOf(e.getMessage()),
                    connection);
        }
    }

    private static String release(AttestedPeer peer) {
        KnownRelease release = peer.attestation().orElseThrow().release();
        return release.name() + (release.deprecated() ? ", deprecated" : "");
    }

    private static HelloReply hello(AttestedChannel channel, String sender) {
        return NodeGrpc.newBlockingStub(channel.channel())
                .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .hello(HelloRequest.newBuilder().setSender(sender).build());
    }

    /** The party that impostors dial. */
    String target() {
        return parties.get(0).name();
    }

    /** Each impostor dials {@link #target}, checks that it is the real one, and says hello in its victim's name. */
    List<Scene> refuse() throws Exception {
        Credential copied =
                cloud.attested(parties.get(2).issuance(), parties.get(2).enclave());
        Party victim = parties.get(1);
        Credential leaked = nodes.get(victim.name()).stolenCredential();
        List<Scene> scenes = new ArrayList<>();
        for (Impostor impostor : new Impostors(cloud, victim, parties.get(3), copied, leaked).all()) {
            scenes.add(attempt(impostor));
        }
        return scenes;
    }

    /** One impostor against {@link #target}. */
    Scene attempt(Impostor impostor) throws Exception {
        Node target = nodes.get(target());
        try (Node node = new Node(
                        cloud,
                        impostor.enclave(),
                        CredentialSource.of(impostor.forgery().make()),
                        roster,
                        policy);
                AttestedChannel channel = node.dial(target, target())) {
            channel.peer(PATIENCE);
            HelloReply reply = hello(channel, parties.get(1).name());
            return scene(impostor, Outcome.ACCEPTED, Optional.empty(), "answered by " + reply.getReceiver());
        } catch (IOException | StatusRuntimeException e) {
            Optional<Rejection> verdict = target.nextRejection(PATIENCE.toSeconds());
            if (verdict.isEmpty()) {
                return scene(impostor, Outcome.FAILED, Optional.empty(), String.valueOf(e.getMessage()));
            }
            return scene(impostor, Outcome.REFUSED, verdict, detail(verdict.get()));
        }
    }

    private static String detail(Rejection verdict) {
        return "expected " + verdict.expected() + ", actual " + verdict.actual();
    }

    /** Refused for another reason than its own is no success: the check that it was made for did not see it. */
    private static Scene scene(Impostor impostor, Outcome outcome, Optional<Rejection> verdict, String detail) {
        Optional<String> reason = verdict.map(rejection -> rejection.reason().name());
        boolean otherReason = outcome == Outcome.REFUSED && !reason.equals(Optional.of(impostor.reason()));
        return new Scene(
                impostor.title(),
                Outcome.REFUSED,
                otherReason ? Outcome.FAILED : outcome,
                reason,
                detail,
                verdict.map(Rejection::connection));
    }

    /** The party whose release {@link #revoke} revokes. */
    String outdated() {
        return parties.get(1).name();
    }

    /**
     * Two parties are connected to {@link #target} when a version of the list comes that revokes the release of one of
     * them.
     */
    List<Scene> revoke() throws Exception {
        Party current = parties.get(2);
        Node target = nodes.get(target());
        try (AttestedChannel ofOutdated = nodes.get(outdated()).dial(target, target());
                AttestedChannel ofCurrent = nodes.get(current.name()).dial(target, target())) {
            hello(ofOutdated, outdated());
            hello(ofCurrent, current.name());
            Revocation why = new Revocation(cloud.clock().instant().truncatedTo(ChronoUnit.SECONDS), "a defect in it");
            releases.offer(signers.publish(cloud.release(), cloud.oldRelease().revoked(why)));
            int dropped = target.recheck();
            return List.of(revoked(target, dropped), stayed(ofCurrent, current));
        }
    }

    private Scene revoked(Node target, int dropped) throws InterruptedException {
        String connection = nodes.get(outdated()).connectionId();
        Optional<Rejection> verdict = target.rejectionOf(connection, PATIENCE.toSeconds());
        Optional<String> reason = verdict.map(rejection -> rejection.reason().name());
        // it had more than one connection, for calls and for messages of computations
        boolean asItMust = dropped >= 1 && reason.equals(Optional.of("RELEASE_REVOKED"));
        return new Scene(
                outdated() + ", connected, is revoked",
                Outcome.DROPPED,
                asItMust ? Outcome.DROPPED : Outcome.FAILED,
                reason,
                verdict.map(Mesh::detail).orElse("not dropped"),
                Optional.of(connection));
    }

    private Scene stayed(AttestedChannel channel, Party party) {
        HelloReply reply = hello(channel, party.name());
        return new Scene(
                party.name() + ", connected, is not",
                Outcome.ACCEPTED,
                Outcome.ACCEPTED,
                Optional.empty(),
                "answered by " + reply.getReceiver() + " after that too",
                Optional.of(nodes.get(party.name()).connectionId()));
    }

    @Override
    public void close() {
        nodes.values().forEach(Node::close);
        scheduler.shutdownNow();
    }
}

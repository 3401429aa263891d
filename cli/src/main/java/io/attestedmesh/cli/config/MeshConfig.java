package io.attestedmesh.cli.config;

import io.attestedmesh.attest.tls.EvidenceProfile;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.PeerMode;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.mpc.canary.CanaryPlan;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.WireFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The whole of {@code amesh.toml}, valid by itself: that the files it names exist and fit is not checked here. */
public record MeshConfig(
        NodeSection node,
        TlsSection tls,
        AttestationSection attestation,
        Optional<ReleasesSection> releases,
        List<PeerSection> peers,
        Optional<MpcSection> mpc,
        List<ContextSection> contexts,
        Optional<CanaryPlan> canary,
        Optional<FederatedSection> federated,
        Optional<VotingSection> voting,
        TelemetrySection telemetry) {
    private static final String PEERS = "peers";
    private static final String CONTEXTS = "contexts";
    private static final Set<String> SECTIONS = new TreeSet<>(Set.of(
            "node",
            "tls",
            "attestation",
            "releases",
            PEERS,
            "mpc",
            CONTEXTS,
            "canary",
            "federated",
            "voting",
            "telemetry"));

    /**
     * Reads at most 1 MiB of TOML.
     *
     * @throws CommandException for anything that is unknown, missing or contradictory, with a hint
     */
    public static MeshConfig load(Path file, Overrides overrides) throws IOException, CommandException {
        ConfigFile read = ConfigFile.read(file, SECTIONS, overrides);
        MeshConfig config = new MeshConfig(
                NodeSection.read(read.section("node")),
                TlsSection.read(read.section("tls")),
                AttestationSection.read(read.section("attestation")),
                ReleasesSection.read(read.section("releases")),
                read.list(PEERS, PeerSection::read),
                MpcSection.read(read.section("mpc")),
                read.list(CONTEXTS, ContextSection::read),
                CanarySection.read(read.section("canary")),
                FederatedSection.read(read.section("federated")),
                VotingSection.read(read.section("voting")),
                TelemetrySection.read(read.section("telemetry")));
        config.refuseContradictions();
        config.refuseUnclearParties();
        return config;
    }

    /**
     * This configuration with the peers and contexts of another.
     *
     * @throws CommandException if they do not fit
     */
    public MeshConfig with(MeshConfig peersOf) throws CommandException {
        MeshConfig changed = new MeshConfig(
                node,
                tls,
                attestation,
                releases,
                peersOf.peers,
                mpc,
                peersOf.contexts,
                canary,
                federated,
                voting,
                telemetry);
        changed.refuseContradictions();
        changed.refuseUnclearParties();
        return changed;
    }

    /** What the evidence of that peer must prove about a connection. */
    public Freshness level(PeerSection peer) {
        return peer.mode(node.mode()) == PeerMode.MANUAL
                ? Freshness.CERTIFICATE
                : peer.declaredLevel().orElse(levelOfAll());
    }

    /** The same of every node under {@code [tls] ca}, where there are no {@code [[peers]]}. */
    public Freshness levelOfAnyNode() {
        return node.mode() == PeerMode.MANUAL ? Freshness.CERTIFICATE : levelOfAll();
    }

    private Freshness levelOfAll() {
        return attestation.declaredLevel().orElse(Freshness.SESSION);
    }

    /** True if evidence in the session is demanded of a peer, or of any. */
    public boolean demandsSession() {
        return peers.isEmpty()
                ? levelOfAnyNode() == Freshness.SESSION
                : peers.stream().anyMatch(peer -> level(peer) == Freshness.SESSION);
    }

    /** True if evidence is demanded of a peer, or of any, but not in the session. */
    public boolean settlesForCertificates() {
        return peers.isEmpty()
                ? node.mode() != PeerMode.MANUAL && levelOfAnyNode() == Freshness.CERTIFICATE
                : peers.stream()
                        .anyMatch(peer ->
                                peer.mode(node.mode()) != PeerMode.MANUAL && level(peer) == Freshness.CERTIFICATE);
    }

    private void refuseContradictions() throws CommandException {
        tls.refuseIncomplete(node.mode());
        refuseUnclearLevels();
        boolean attests = node.mode() != PeerMode.MANUAL;
        boolean demands =
                peers.isEmpty() ? attests : peers.stream().anyMatch(p -> p.mode(node.mode()) != PeerMode.MANUAL);
        if (releases.isPresent() && attestation.insecureAnyRelease()) {
            throw CommandException.usage(
                    "[attestation] insecure-any-release contradicts [releases]", "remove one of the two");
        }
        if (demands && releases.isEmpty() && !attestation.insecureAnyRelease()) {
            throw CommandException.usage(
                    "nothing says which code is accepted, so every peer would be refused",
                    "name a signed list of releases by [releases] root and source (docs/releases.md)");
        }
    }

    /** Whoever gets less than evidence in the session has written that down, where it could be had. */
    private void refuseUnclearLevels() throws CommandException {
        boolean attests = node.mode() != PeerMode.MANUAL;
        if (!attests && attestation.declaredLevel().equals(Optional.of(Freshness.SESSION))) {
            throw CommandException.usage(
                    "[attestation] level session needs evidence of both sides, and this node, mode manual, has none",
                    "write level = \"certificate\", or let this node attest: [node] mode full-auto or semi-auto");
        }
        if (peers.isEmpty() && attests) {
            refuseUndeclared("[attestation]", Optional.empty());
        }
        for (PeerSection peer : peers) {
            String label = "[[peers]] " + peer.name();
            boolean manual = peer.mode(node.mode()) == PeerMode.MANUAL;
            if (manual && peer.declaredLevel().equals(Optional.of(Freshness.SESSION))) {
                throw CommandException.usage(
                        label + " has level session, and mode manual, in which no evidence of it is read",
                        "give it mode full-auto or semi-auto, or leave out its level");
            }
            if (!manual && !attests && level(peer) == Freshness.SESSION) {
                throw CommandException.usage(
                        label + " has level session, which needs evidence of both sides, and this node, mode manual,"
                                + " has none",
                        "write level = \"certificate\" in it, or let this node attest");
            }
            if (!manual) {
                refuseUndeclared(label, peer.declaredLevel());
            }
        }
    }

    /** Other software of profile KMS has no evidence in the session, so nobody can mean the default. */
    private void refuseUndeclared(String label, Optional<Freshness> declared) throws CommandException {
        if (attestation.profile() == EvidenceProfile.KMS
                && declared.isEmpty()
                && attestation.declaredLevel().isEmpty()) {
            throw CommandException.usage(
                    label + " does not say which level it has, and in profile kms there is no default",
                    "write level = \"certificate\" in [attestation]: only amesh speaks level session");
        }
    }

    private void refuseUnclearParties() throws CommandException {
        requireOnce(PEERS, peers.stream().map(PeerSection::name).toList());
        requireOnce(CONTEXTS, contexts.stream().map(ContextSection::name).toList());
        Set<Integer> ids = new TreeSet<>();
        mpc.ifPresent(self -> ids.add(self.party()));
        for (PeerSection peer : peers) {
            Optional<PartyKeys> party = peer.party();
            if (party.isPresent() && mpc.isEmpty()) {
                throw CommandException.usage(
                        "[[peers]] " + peer.name() + " is a party, and this node is none",
                        "add [mpc] and party = the id of this node, or remove party there");
            }
            if (party.isPresent()
                    && party.get().format() == WireFormat.KMS
                    && mpc.get().kms().isEmpty()) {
                throw CommandException.usage(
                        "[[peers]] " + peer.name() + " has party-format kms, and this node does not serve that format",
                        "add kms = true to [mpc]: its messages could not come in otherwise");
            }
            if (party.isPresent() && peer.name().equals(node.name().name())) {
                throw CommandException.usage(
                        "[[peers]] " + peer.name() + " is a party, and has the name of this node",
                        "this node is party " + mpc.get().party() + " by [mpc]");
            }
            if (party.isPresent() && !ids.add(party.get().id())) {
                throw CommandException.usage(
                        "two parties have the id " + party.get().id(), "ids stand for one party each");
            }
        }
        if (mpc.isEmpty() && (canary.isPresent() || !contexts.isEmpty())) {
            throw CommandException.usage(
                    (contexts.isEmpty() ? "[canary]" : "[[contexts]]") + " is for parties, and this node is none",
                    "add [mpc] and party = the id of this node");
        }
        if (mpc.isEmpty() && federated.flatMap(FederatedSection::secure).isPresent()) {
            throw CommandException.usage(
                    "[federated] secure is for parties, and this node is none",
                    "add [mpc] and party = the id of this node, and the other parties to [[peers]]");
        }
        if (ids.size() > MpcContext.MOST_PARTIES) {
            throw CommandException.usage(
                    "there are " + ids.size() + " parties", "a context has " + MpcContext.MOST_PARTIES + " at most");
        }
        if (mpc.isPresent() && ids.size() == 1) {
            throw CommandException.usage(
                    "[mpc] has no other party", "give the [[peers]] that are parties their party and address");
        }
        if (!contexts.isEmpty() && mpc.flatMap(MpcSection::context).isPresent()) {
            throw CommandException.usage(
                    "[mpc] context contradicts [[contexts]]", "make it one of the [[contexts]], with all parties");
        }
        for (ContextSection context : contexts) {
            requireKnown(context, ids);
        }
    }

    private static void requireOnce(String section, List<String> names) throws CommandException {
        Set<String> known = new HashSet<>();
        for (String name : names) {
            if (!known.add(name)) {
                throw CommandException.usage("two [[" + section + "]] have the name " + name, "give each once");
            }
        }
    }

    private void requireKnown(ContextSection context, Set<Integer> ids) throws CommandException {
        String label = "[[contexts]] " + context.name();
        for (int id : context.parties()) {
            if (!ids.contains(id)) {
                throw CommandException.usage(label + ": nobody is party " + id, "the parties are " + ids);
            }
        }
        int self = mpc.orElseThrow().party();
        if (!context.parties().contains(self) || context.parties().size() < 2) {
            throw CommandException.usage(
                    label + " needs this node's own party, " + self + ", and another one",
                    "leave out contexts that this node is not in");
        }
        for (PeerSection peer : peers) {
            Set<String> allowed = peer.party()
                    .filter(keys -> context.parties().contains(keys.id()))
                    .map(PartyKeys::releases)
                    .orElse(Set.of());
            if (!allowed.isEmpty()
                    && !context.releases().isEmpty()
                    && Collections.disjoint(allowed, context.releases())) {
                throw CommandException.usage(
                        label + ": its releases and the party-releases of " + peer.name() + " have none in common",
                        "then it could never take part");
            }
        }
    }
}

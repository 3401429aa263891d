package io.attestedmesh.cli.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.attestedmesh.attest.tls.PeerMode;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.mpc.canary.CanaryPlan;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
        TelemetrySection telemetry) {
    private static final int MAX_SIZE = 1024 * 1024;
    private static final String PEERS = "peers";
    private static final String CONTEXTS = "contexts";
    private static final Set<String> SECTIONS = new TreeSet<>(
            Set.of("node", "tls", "attestation", "releases", PEERS, "mpc", CONTEXTS, "canary", "telemetry"));

    /**
     * Reads at most 1 MiB of TOML.
     *
     * @throws CommandException for anything that is unknown, missing or contradictory, with a hint
     */
    public static MeshConfig load(Path file, Overrides overrides) throws IOException, CommandException {
        JsonNode root = parse(file);
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            if (!SECTIONS.contains(entry.getKey())) {
                throw CommandException.usage(
                        file + ": unknown section " + entry.getKey(), NearestName.hint(entry.getKey(), SECTIONS));
            }
        }
        overrides.refuseUnknownSections(SECTIONS);
        Path folder = file.toAbsolutePath().getParent();
        MeshConfig config = new MeshConfig(
                NodeSection.read(section(root, "node", overrides, folder)),
                TlsSection.read(section(root, "tls", overrides, folder)),
                AttestationSection.read(section(root, "attestation", overrides, folder)),
                ReleasesSection.read(section(root, "releases", overrides, folder)),
                list(root, PEERS, folder, PeerSection::read),
                MpcSection.read(section(root, "mpc", overrides, folder)),
                list(root, CONTEXTS, folder, ContextSection::read),
                CanarySection.read(section(root, "canary", overrides, folder)),
                TelemetrySection.read(section(root, "telemetry", overrides, folder)));
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
                node, tls, attestation, releases, peersOf.peers, mpc, peersOf.contexts, canary, telemetry);
        changed.refuseContradictions();
        changed.refuseUnclearParties();
        return changed;
    }

    private static JsonNode parse(Path file) throws IOException, CommandException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MAX_SIZE + 1);
        }
        if (content.length > MAX_SIZE) {
            throw CommandException.usage(file + " is larger than " + MAX_SIZE + " bytes", "is it the right file?");
        }
        try {
            return new TomlMapper().readTree(content);
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw CommandException.usage(
                    file + " line " + line + ": not TOML: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""),
                    "docs/configuration.md has an example",
                    e);
        }
    }

    private static Section section(JsonNode root, String name, Overrides overrides, Path folder)
            throws CommandException {
        JsonNode table = root.path(name);
        if (!table.isMissingNode() && !table.isObject()) {
            throw CommandException.usage(name + " is not a section", "write [" + name + "] and its keys below");
        }
        return new Section("[" + name + "]", name, table, overrides, folder);
    }

    private interface Reader<T> {
        T read(Section section) throws CommandException;
    }

    private static <T> List<T> list(JsonNode root, String name, Path folder, Reader<T> reader) throws CommandException {
        JsonNode tables = root.path(name);
        if (!tables.isMissingNode() && !tables.isArray()) {
            throw CommandException.usage(
                    name + " is not a list of sections", "write [[" + name + "]] before each of them");
        }
        List<T> all = new ArrayList<>();
        for (JsonNode table : tables) {
            String label = "[[" + name + "]] " + (all.size() + 1);
            all.add(reader.read(new Section(label, name, table, Overrides.NONE, folder)));
        }
        return List.copyOf(all);
    }

    private void refuseContradictions() throws CommandException {
        tls.refuseIncomplete(node.mode());
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
        if (attests && attestation.simulated().isEmpty()) {
            throw CommandException.usage(
                    "mode " + node.modeName()
                            + " needs something to make evidence, and there is no Nitro device driver yet",
                    "set [attestation] simulated = \"insecure-cloud\" to use a software Nitro");
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

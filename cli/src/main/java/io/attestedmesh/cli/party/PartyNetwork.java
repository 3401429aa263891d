package io.attestedmesh.cli.party;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.config.MpcSection;
import io.attestedmesh.cli.config.PartyKeys;
import io.attestedmesh.cli.config.PeerSection;
import io.attestedmesh.cli.telemetry.StatusPart;
import io.attestedmesh.mpc.link.LinkLimits;
import io.attestedmesh.mpc.link.PeerLink;
import io.attestedmesh.mpc.network.AttestedTransport;
import io.attestedmesh.mpc.network.MpcNetwork;
import io.attestedmesh.mpc.network.NetworkLimits;
import io.attestedmesh.mpc.party.Contexts;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.Refusals.Refused;
import io.attestedmesh.mpc.session.SessionLimits;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The network of parties that a configuration describes, as this node sees it. */
public final class PartyNetwork implements StatusPart, AutoCloseable {
    /** What status shows of sessions: some, for there may be very many. */
    private static final int SHOWN_SESSIONS = 50;

    private final MpcContext context;
    private final MpcNetwork network;

    private PartyNetwork(MpcContext context, MpcNetwork network) {
        this.context = context;
        this.network = network;
    }

    /**
     * Of a configuration that has {@code [mpc]}.
     *
     * @param client makes the connections to other parties
     * @param refused hears of refused messages
     */
    public static PartyNetwork of(
            MeshConfig config, AttestedGrpc client, MeterRegistry meters, Consumer<Refused> refused, Clock clock) {
        MpcSection mpc = config.mpc().orElseThrow();
        MpcContext context = new MpcContext(mpc.context(), parties(config, mpc));
        Contexts contexts = new Contexts();
        contexts.add(context);
        MpcNetwork network = MpcNetwork.builder(config.node().name(), contexts, new AttestedTransport(client))
                .limits(limits(mpc))
                .meters(meters)
                .onRefusal(refused)
                .clock(clock)
                .build();
        return new PartyNetwork(context, network);
    }

    private static List<Party> parties(MeshConfig config, MpcSection mpc) {
        List<Party> parties = new ArrayList<>();
        Address own = config.node().listen();
        // nobody calls this node at the port that it leaves to the system
        parties.add(Party.of(mpc.party(), config.node().name(), own.host(), Math.max(1, own.port())));
        for (PeerSection peer : config.peers()) {
            peer.party().ifPresent(keys -> parties.add(party(peer.name(), keys)));
        }
        return parties;
    }

    private static Party party(String name, PartyKeys keys) {
        return Party.of(
                        keys.id(),
                        new PeerIdentity(name),
                        keys.address().host(),
                        keys.address().port())
                .withReleases(keys.releases());
    }

    private static NetworkLimits limits(MpcSection mpc) {
        SessionLimits sessions = SessionLimits.DEFAULT;
        LinkLimits links = LinkLimits.DEFAULT;
        return new NetworkLimits(
                sessions.withParked(
                        mpc.parkedSessions().orElse(sessions.parkedSessions()),
                        sessions.parkedBytes(),
                        mpc.parkedLife().orElse(sessions.parkedLife())),
                links.withGiveUp(mpc.giveUp().orElse(links.giveUp())));
    }

    public MpcNetwork network() {
        return network;
    }

    /** The parties beside this node, in the order of their ids. */
    public List<Party> others() {
        return context.parties().stream()
                .filter(party -> !party.identity().equals(network.self()))
                .toList();
    }

    @Override
    public String name() {
        return "mpc";
    }

    @Override
    public Map<String, ?> status() {
        Map<PeerIdentity, PeerLink> links =
                network.links().stream().collect(Collectors.toMap(PeerLink::to, Function.identity()));
        List<NetworkSession> open = network.openSessions();
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("context", context.name());
        status.put("party", context.party(network.self()).orElseThrow().id());
        status.put("openSessions", open.size());
        status.put("parkedSessions", network.parkedSessions());
        status.put(
                "parties",
                others().stream()
                        .map(party -> shown(party, Optional.ofNullable(links.get(party.identity()))))
                        .toList());
        status.put(
                "sessions",
                open.stream().limit(SHOWN_SESSIONS).map(PartyNetwork::shown).toList());
        return status;
    }

    private static Map<String, Object> shown(Party party, Optional<PeerLink> link) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("party", party.id());
        shown.put("peer", party.identity());
        shown.put("address", new Address(party.host(), party.port()));
        shown.put("link", link.map(PeerLink::state).orElse("nothing sent yet"));
        shown.put("queuedMessages", link.map(PeerLink::queuedMessages).orElse(0L));
        shown.put("queuedBytes", link.map(PeerLink::queuedBytes).orElse(0L));
        return shown;
    }

    private static Map<String, Object> shown(NetworkSession session) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("session", session.id());
        shown.put("round", session.round());
        shown.put("ends", session.end());
        return shown;
    }

    @Override
    public void close() {
        network.close();
    }
}

package io.attestedmesh.cli.party;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.config.ContextSection;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.config.MpcSection;
import io.attestedmesh.cli.config.PartyKeys;
import io.attestedmesh.cli.config.PeerSection;
import io.attestedmesh.cli.telemetry.StatusPart;
import io.attestedmesh.mpc.canary.Canary;
import io.attestedmesh.mpc.canary.CanaryPlan;
import io.attestedmesh.mpc.canary.CanaryRun;
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
import io.attestedmesh.mpc.session.Traffic;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The network of parties that a configuration describes, as this node sees it. */
public final class PartyNetwork implements StatusPart, AutoCloseable {
    /** What status shows of sessions: some, for there may be very many. */
    private static final int SHOWN_SESSIONS = 50;

    private static final String DEFAULT_CONTEXT = "default";

    private final Contexts contexts;
    private final MpcNetwork network;
    private final Optional<Canary> canary;

    private PartyNetwork(Contexts contexts, MpcNetwork network, Optional<Canary> canary) {
        this.contexts = contexts;
        this.network = network;
        this.canary = canary;
    }

    /**
     * Of a configuration that has {@code [mpc]}.
     *
     * @param canary what runs every so often, if anything
     * @param client makes the connections to other parties
     * @param refused hears of refused messages
     */
    public static PartyNetwork of(
            MeshConfig config,
            Optional<CanaryPlan> canary,
            AttestedGrpc client,
            MeterRegistry meters,
            Consumer<Refused> refused,
            Clock clock) {
        MpcSection mpc = config.mpc().orElseThrow();
        Contexts contexts = new Contexts();
        contexts.set(contexts(config));
        MpcNetwork.Builder builder = MpcNetwork.builder(config.node().name(), contexts, new AttestedTransport(client))
                .limits(limits(mpc))
                .meters(meters)
                .onRefusal(refused)
                .clock(clock);
        mpc.kms().ifPresent(builder::kms);
        MpcNetwork network = builder.build();
        return new PartyNetwork(
                contexts, network, canary.map(plan -> Canary.start(network, contexts, plan, meters, clock)));
    }

    /** Changes contexts to those of a configuration; sessions of contexts that stay as they are do not notice. */
    public void take(MeshConfig config) {
        contexts.set(contexts(config));
    }

    private static List<MpcContext> contexts(MeshConfig config) {
        MpcSection mpc = config.mpc().orElseThrow();
        List<Party> all = parties(config, mpc);
        if (config.contexts().isEmpty()) {
            return List.of(new MpcContext(mpc.context().orElse(DEFAULT_CONTEXT), all));
        }
        return config.contexts().stream()
                .map(context -> new MpcContext(
                        context.name(),
                        all.stream()
                                .filter(party -> context.parties().contains(party.id()))
                                .map(party -> party.id() == mpc.party() ? party : within(context, party))
                                .toList()))
                .toList();
    }

    /** What both the party and the context allow. */
    private static Party within(ContextSection context, Party party) {
        if (context.releases().isEmpty() || party.releases().isEmpty()) {
            return context.releases().isEmpty() ? party : party.withReleases(context.releases());
        }
        Set<String> both = new TreeSet<>(context.releases());
        both.retainAll(party.releases()); // not nothing: the configuration was refused then
        return party.withReleases(both);
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
                .withReleases(keys.releases())
                .speaking(keys.format());
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

    /**
     * The context of this node.
     *
     * @throws CommandException if it is in several
     */
    public MpcContext onlyContext() throws CommandException {
        Collection<MpcContext> all = contexts.all();
        if (all.size() != 1) {
            throw CommandException.usage(
                    "this node is in " + all.size() + " contexts, and secure aggregation is in one",
                    "leave one of the [[contexts]] in the configuration of this process");
        }
        return all.iterator().next();
    }

    public MpcNetwork network() {
        return network;
    }

    /** The parties beside this node, of all contexts, in the order of their ids. */
    public Collection<Party> others() {
        Map<Integer, Party> others = new TreeMap<>();
        for (MpcContext context : contexts.all()) {
            for (Party party : context.parties()) {
                if (!party.identity().equals(network.self())) {
                    others.put(party.id(), party);
                }
            }
        }
        return others.values();
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
        contexts.partiesOf(network.self()).stream().findFirst().ifPresent(party -> status.put("party", party.id()));
        status.put("openSessions", open.size());
        status.put("parkedSessions", network.parkedSessions());
        status.put(
                "parties",
                others().stream()
                        .map(party -> shown(party, Optional.ofNullable(links.get(party.identity()))))
                        .toList());
        status.put("contexts", contexts.all().stream().map(this::shown).toList());
        status.put(
                "sessions",
                open.stream().limit(SHOWN_SESSIONS).flatMap(PartyNetwork::shown).toList());
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

    private Map<String, Object> shown(MpcContext context) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("context", context.name());
        shown.put("parties", context.parties().stream().map(Party::id).toList());
        Optional<CanaryRun> run = canary.flatMap(bird -> bird.last(context.name()));
        run.ifPresent(last -> {
            shown.put("canary", last.isGood() ? "good" : last.failures().toString());
            shown.put("canaryBegan", last.began());
            shown.put("canaryMilliseconds", last.took().toMillis());
            shown.put("canaryCompleted", last.completed());
            shown.put("canaryMessages", last.messages());
        });
        return shown;
    }

    /** One row for each other party. */
    private static Stream<Map<String, Object>> shown(NetworkSession session) {
        return session.others().stream().map(party -> {
            Traffic traffic = session.traffic(party.id());
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("session", session.id());
            shown.put("context", session.context().name());
            shown.put("round", session.round());
            shown.put("ends", session.end());
            shown.put("party", party.id());
            shown.put("sentMessages", traffic.sentMessages());
            shown.put("sentBytes", traffic.sentBytes());
            shown.put("receivedMessages", traffic.receivedMessages());
            shown.put("receivedBytes", traffic.receivedBytes());
            return shown;
        });
    }

    @Override
    public void close() {
        canary.ifPresent(Canary::close);
        network.close();
    }
}

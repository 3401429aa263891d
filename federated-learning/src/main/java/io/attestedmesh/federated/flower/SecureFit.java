package io.attestedmesh.federated.flower;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.secure.Layout;
import io.attestedmesh.federated.secure.SecureAggregationException;
import io.attestedmesh.federated.secure.SecureParticipant;
import io.attestedmesh.federated.secure.SecurePlan;
import io.attestedmesh.federated.secure.ToldTerms;
import io.attestedmesh.mpc.network.MpcNetwork;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionException;
import java.time.Duration;
import java.util.Map;

/**
 * How a client gives its updates to nobody but their sum. It takes the terms from the server, but not on the server's word
 * alone: who is in a run are parties of its own configuration, and so is the server.
 */
public final class SecureFit {
    private final MpcNetwork network;
    private final MpcContext context;
    private final PeerIdentity server;
    private final int leastClients;
    private final SecureParticipant participant;

    /**
     * @param context the parties that there are
     * @param server what the server's certificate proves
     * @param leastClients among whom this client hides
     */
    public SecureFit(
            MpcNetwork network,
            MpcContext context,
            PeerIdentity server,
            int leastClients,
            SecureParticipant participant) {
        this.network = network;
        this.context = context;
        this.server = server;
        this.leastClients = leastClients;
        this.participant = participant;
    }

    /** Before training: terms that this client takes part by, which include that the update is not asked for in clear. */
    ToldTerms require(Map<String, Scalar> config, Model received) throws SecureAggregationException {
        ToldTerms told = ToldTerms.of(config, layout(received));
        int aggregator = told.terms().aggregator();
        if (context.party(aggregator)
                .filter(party -> party.identity().equals(server))
                .isEmpty()) {
            throw ToldTerms.refused("the party of " + server + " as aggregator", "party " + aggregator);
        }
        for (int client : told.terms().clients()) {
            if (context.party(client).isEmpty()) {
                throw ToldTerms.refused("parties of context " + context.name(), "party " + client);
            }
        }
        int self = context.party(network.self()).map(Party::id).orElse(0);
        if (!told.terms().clients().contains(self)) {
            throw ToldTerms.refused(
                    "this party, " + self + ", among the clients",
                    "clients " + told.terms().clients());
        }
        if (told.terms().clients().size() < leastClients) {
            throw ToldTerms.refused(
                    leastClients + " clients at least",
                    "clients " + told.terms().clients());
        }
        return told;
    }

    private static Layout layout(Model received) throws SecureAggregationException {
        try {
            return Layout.of(received);
        } catch (IllegalArgumentException e) {
            throw ToldTerms.refused("a model of floats", String.valueOf(e.getMessage()));
        }
    }

    /** After training: returns when the update is in a sum. */
    void give(ToldTerms told, Model update, long examples) throws SecureAggregationException, InterruptedException {
        try (NetworkSession session =
                network.open(told.terms().session(), context.name(), SecurePlan.session(told.time(), Duration.ZERO))) {
            participant.run(told.terms(), session, update, examples);
        } catch (SessionException e) {
            throw ToldTerms.refused("a session that can be opened", e.reason().toString());
        }
    }
}

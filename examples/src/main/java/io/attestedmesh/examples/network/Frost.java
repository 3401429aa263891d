package io.attestedmesh.examples.network;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.frost.DkgParameters;
import io.attestedmesh.examples.frost.DkgParticipant;
import io.attestedmesh.examples.frost.KeyShare;
import io.attestedmesh.examples.frost.SigningRound;
import io.attestedmesh.examples.message.PartyFaultException;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionException;
import java.security.SecureRandom;
import java.util.Collection;

/** Threshold signatures between the parties of a session, whose ids have to be 1 to n. */
public final class Frost {
    private Frost() {}

    /**
     * Makes a key that nobody has: every party calls this, in a session of its own for it.
     *
     * @param minSigners how many parties can sign with it
     * @throws PartyFaultException naming the party that did not do its part
     */
    public static KeyShare generateKey(Rounds rounds, int minSigners, SecureRandom random)
            throws PartyFaultException, SessionException, InterruptedException {
        NetworkSession session = rounds.session();
        DkgParameters parameters = new DkgParameters(
                session.others().size() + 1, minSigners, Bytes.of(session.id().toByteArray()));
        DkgParticipant party = new DkgParticipant(parameters, session.self().id(), random);
        byte[] echo = party.echo(rounds.broadcast(party.others(), party.commitment()));
        var shares = party.shares(rounds.broadcast(party.others(), echo));
        byte[] complaints = party.complaints(rounds.exchange(shares));
        byte[] answers = party.answers(rounds.broadcast(party.others(), complaints));
        return party.keyShare(rounds.broadcast(party.others(), answers));
    }

    /**
     * Signs a message: each of {@code signers} calls this, in a session of its own for it.
     *
     * @return a signature of Ed25519 under the public key of the key
     * @throws PartyFaultException naming the party that did not do its part
     */
    public static Bytes sign(
            Rounds rounds, KeyShare key, Collection<Integer> signers, Bytes message, SecureRandom random)
            throws PartyFaultException, SessionException, InterruptedException {
        SigningRound round = new SigningRound(key, signers, message, random);
        byte[] share = round.share(rounds.broadcast(round.others(), round.commitment()));
        return round.signature(rounds.broadcast(round.others(), share));
    }
}

package io.attestedmesh.examples.frost;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.message.PartyFaultException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** All signers of one message in one process; a test may step between a signer and the others in either round. */
final class SigningRun {
    private final SortedMap<Integer, SigningRound> signers = new TreeMap<>();

    SigningRun(Map<Integer, KeyShare> keys, Set<Integer> ids, Bytes message) {
        ids.forEach(id -> signers.put(id, new SigningRound(keys.get(id), ids, message, new SecureRandom())));
    }

    static SortedMap<Integer, Bytes> sign(Map<Integer, KeyShare> keys, Set<Integer> ids, Bytes message)
            throws PartyFaultException {
        SigningRun run = new SigningRun(keys, ids, message);
        SortedMap<Integer, byte[]> shares = run.shares(run.commitments());
        SortedMap<Integer, Bytes> signatures = new TreeMap<>();
        for (int id : ids) {
            signatures.put(id, run.signer(id).signature(without(id, shares)));
        }
        return signatures;
    }

    SigningRound signer(int id) {
        return signers.get(id);
    }

    SortedMap<Integer, byte[]> commitments() {
        SortedMap<Integer, byte[]> commitments = new TreeMap<>();
        signers.forEach((id, signer) -> commitments.put(id, signer.commitment()));
        return commitments;
    }

    SortedMap<Integer, byte[]> shares(Map<Integer, byte[]> commitments) throws PartyFaultException {
        SortedMap<Integer, byte[]> shares = new TreeMap<>();
        for (Map.Entry<Integer, SigningRound> signer : signers.entrySet()) {
            shares.put(signer.getKey(), signer.getValue().share(without(signer.getKey(), commitments)));
        }
        return shares;
    }

    static SortedMap<Integer, byte[]> without(int id, Map<Integer, byte[]> messages) {
        SortedMap<Integer, byte[]> others = new TreeMap<>(messages);
        others.remove(id);
        return others;
    }
}

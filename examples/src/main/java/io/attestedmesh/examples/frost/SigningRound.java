package io.attestedmesh.examples.frost;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.message.MessageKind;
import io.attestedmesh.examples.message.MessageReader;
import io.attestedmesh.examples.message.PartyFaultException;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One signer's part in one signature (RFC 9591 section 5), with every signer as its own coordinator: {@link #commitment}
 * goes to all other signers, then {@link #share}, then each makes the {@link #signature}. Each method works once; what it
 * throws ends the round, and a new attempt needs a new round with new nonces. All signers have to be given the same
 * message and the same signers: who is given others looks like one that cheats.
 */
public final class SigningRound {
    private final KeyShare key;
    private final Bytes message;
    private final SortedSet<Integer> others;
    private final SigningNonces nonces;
    private final Turns turns = new Turns("commitment", "share", "signature");
    private SigningPackage agreed;
    private SignatureShare own;

    /** {@code signers} are the ids of all that sign, this one too: at least {@link KeyShare#minSigners}. */
    public SigningRound(KeyShare key, Collection<Integer> signers, Bytes message, SecureRandom random) {
        this.key = key;
        this.message = message;
        this.others = new TreeSet<>(signers);
        if (!key.verificationShares().keySet().containsAll(others) || others.size() < key.minSigners()) {
            throw new IllegalArgumentException("signers " + others + " of "
                    + key.verificationShares().keySet() + ", " + key.minSigners() + " are needed");
        }
        if (!others.remove(key.id())) {
            throw new IllegalArgumentException("party " + key.id() + " is not one of the signers");
        }
        this.nonces = SigningNonces.generate(key.secret(), random);
    }

    /** The other signers, whose messages this one waits for. */
    public SortedSet<Integer> others() {
        return Collections.unmodifiableSortedSet(others);
    }

    /** Round one, for all other signers. */
    public byte[] commitment() {
        turns.take("commitment");
        return nonces.commitment().encode();
    }

    /** Round two, for all other signers, from their commitments. */
    public byte[] share(Map<Integer, byte[]> commitments) throws PartyFaultException {
        turns.take("share");
        SortedMap<Integer, NonceCommitment> all = new TreeMap<>();
        SortedMap<Integer, Bytes> messages = new TreeMap<>();
        for (MessageReader reader : MessageReader.openAll(others, MessageKind.NONCE_COMMITMENT, commitments)
                .values()) {
            all.put(reader.sender(), NonceCommitment.read(reader));
            messages.put(reader.sender(), reader.message());
        }
        all.put(key.id(), nonces.commitment());
        messages.put(key.id(), Bytes.of(nonces.commitment().encode()));
        agreed = new SigningPackage(key.groupPublicKey(), message, all);
        own = new SignatureShare(BroadcastEcho.of(messages), agreed.sign(key.id(), key.secret(), nonces));
        return own.encode();
    }

    /** 64 bytes that any Ed25519 verifies under {@link KeyShare#publicKey}, from the shares of the other signers. */
    public Bytes signature(Map<Integer, byte[]> sharesOfOthers) throws PartyFaultException {
        turns.take("signature");
        SortedMap<Integer, Scalar> shares = new TreeMap<>();
        SortedMap<Integer, BroadcastEcho> echoes = new TreeMap<>();
        for (MessageReader reader : MessageReader.openAll(others, MessageKind.SIGNATURE_SHARE, sharesOfOthers)
                .values()) {
            SignatureShare read =
                    SignatureShare.read(reader, own.commitments().digests().keySet());
            shares.put(reader.sender(), read.share());
            echoes.put(reader.sender(), read.commitments());
        }
        own.commitments().check(key.id(), echoes);
        SortedSet<Integer> wrong = new TreeSet<>(others);
        wrong.removeIf(
                id -> agreed.fits(id, shares.get(id), key.verificationShares().get(id)));
        if (!wrong.isEmpty()) {
            throw new PartyFaultException(
                    FrostReason.BAD_SIGNATURE_SHARE,
                    wrong,
                    "z_i B = D_i + rho_i E_i + lambda_i c Y_i",
                    "another point");
        }
        shares.put(key.id(), own.share());
        return agreed.aggregate(shares.values());
    }
}

package io.attestedmesh.examples.frost;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.ed25519.Point;
import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.message.MessageKind;
import io.attestedmesh.examples.message.MessageReader;
import io.attestedmesh.examples.message.MessageWriter;
import io.attestedmesh.examples.message.PartyFaultException;
import io.attestedmesh.examples.shamir.Polynomial;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One party of a key generation without a dealer: figure 1 of the FROST paper with an echo of round 1 and a round of
 * complaints after round 2. The methods are called once each, from the top down; what a method returns goes to all others
 * ({@link #shares}: to each its own, in private), and what the others returned goes into the next method. A
 * {@link PartyFaultException} ends the run.
 */
public final class DkgParticipant {
    private final DkgParameters parameters;
    private final int id;
    private final SortedSet<Integer> others;
    private final Polynomial polynomial;
    private final ShareSigner signer;
    private final DealerCommitment ownCommitment;
    private final Turns turns = new Turns("commitment", "echo", "shares", "complaints", "answers", "keyShare");

    private final SortedMap<Integer, DealerCommitment> commitments = new TreeMap<>();
    private final SortedMap<Integer, Scalar> shares = new TreeMap<>();
    /** By dealer, those that ask it to open their shares. */
    private final SortedMap<Integer, SortedSet<Integer>> unanswered = new TreeMap<>();

    private BroadcastEcho echo;
    private Complaints ownComplaints;

    public DkgParticipant(DkgParameters parameters, int id, SecureRandom random) {
        this(
                parameters,
                id,
                Polynomial.random(Scalar.random(random), parameters.minSigners() - 1, random),
                new ShareSigner(random),
                random);
    }

    /** With secrets that the caller knows. */
    DkgParticipant(DkgParameters parameters, int id, Polynomial polynomial, ShareSigner signer, SecureRandom random) {
        this.parameters = parameters;
        this.id = id;
        this.others = new TreeSet<>(parameters.ids());
        if (!others.remove(id)) {
            throw new IllegalArgumentException("party " + id + " of " + parameters.parties());
        }
        this.polynomial = polynomial;
        this.signer = signer;
        this.ownCommitment = DealerCommitment.of(parameters, id, polynomial, signer.publicKey(), random);
    }

    public SortedSet<Integer> others() {
        return Collections.unmodifiableSortedSet(others);
    }

    /** Round 1, to all. */
    public byte[] commitment() {
        turns.take("commitment");
        return ownCommitment.encode();
    }

    /** The check that round 1 was a broadcast, to all. */
    public byte[] echo(Map<Integer, byte[]> commitmentsOfOthers) throws PartyFaultException {
        turns.take("echo");
        SortedMap<Integer, Bytes> messages = new TreeMap<>();
        for (MessageReader reader : openAll(MessageKind.DKG_COMMITMENT, commitmentsOfOthers)) {
            DealerCommitment commitment = DealerCommitment.read(parameters, reader);
            commitment.check(parameters, reader.sender());
            commitments.put(reader.sender(), commitment);
            messages.put(reader.sender(), reader.message());
        }
        commitments.put(id, ownCommitment);
        messages.put(id, Bytes.of(ownCommitment.encode()));
        echo = BroadcastEcho.of(messages);
        return echo.writeField(new MessageWriter(MessageKind.DKG_ECHO)).toByteArray();
    }

    /** Round 2, to each of the others its own, in private. */
    public SortedMap<Integer, byte[]> shares(Map<Integer, byte[]> echoesOfOthers) throws PartyFaultException {
        turns.take("shares");
        SortedMap<Integer, BroadcastEcho> echoes = new TreeMap<>();
        for (MessageReader reader : openAll(MessageKind.DKG_ECHO, echoesOfOthers)) {
            echoes.put(reader.sender(), BroadcastEcho.readField(reader, parameters.ids()));
            reader.end();
        }
        echo.check(id, echoes);
        shares.put(id, polynomial.at(id));
        SortedMap<Integer, byte[]> messages = new TreeMap<>();
        others.forEach(other -> messages.put(other, shareFor(other).encode()));
        return messages;
    }

    private SignedShare shareFor(int receiver) {
        return SignedShare.of(parameters, id, receiver, polynomial.at(receiver), signer);
    }

    /** To all, also if there are none; a share that is missing is a complaint and no exception. */
    public byte[] complaints(Map<Integer, byte[]> sharesOfOthers) {
        turns.take("complaints");
        if (!others.containsAll(sharesOfOthers.keySet())) {
            throw new IllegalArgumentException("shares of " + sharesOfOthers.keySet() + ", others are " + others);
        }
        SortedMap<Integer, Optional<SignedShare>> byDealer = new TreeMap<>();
        for (int dealer : others) {
            Optional<SignedShare> signed = signedShare(dealer, sharesOfOthers.get(dealer));
            if (signed.isPresent()
                    && commitments.get(dealer).fits(id, signed.get().share())) {
                shares.put(dealer, signed.get().share());
            } else {
                byDealer.put(dealer, signed);
            }
        }
        ownComplaints = new Complaints(byDealer);
        return ownComplaints.encode();
    }

    /** Empty unless the dealer has signed it: only then do others see whose fault it is. */
    private Optional<SignedShare> signedShare(int dealer, byte[] message) {
        try {
            SignedShare share = SignedShare.read(MessageReader.open(dealer, MessageKind.DKG_SHARE, message));
            boolean signed = share.isSignedBy(commitments.get(dealer), parameters, dealer, id);
            return signed ? Optional.of(share) : Optional.empty();
        } catch (PartyFaultException e) {
            return Optional.empty();
        }
    }

    /** To all, also if nobody asked; it carries the echo of the complaints. */
    public byte[] answers(Map<Integer, byte[]> complaintsOfOthers) throws PartyFaultException {
        turns.take("answers");
        SortedMap<Integer, Complaints> complaints = new TreeMap<>();
        SortedMap<Integer, Bytes> messages = new TreeMap<>();
        for (MessageReader reader : openAll(MessageKind.DKG_COMPLAINTS, complaintsOfOthers)) {
            complaints.put(reader.sender(), Complaints.read(parameters, reader));
            messages.put(reader.sender(), reader.message());
        }
        complaints.put(id, ownComplaints);
        messages.put(id, Bytes.of(ownComplaints.encode()));
        parameters.ids().forEach(dealer -> unanswered.put(dealer, new TreeSet<>()));
        for (Map.Entry<Integer, Complaints> entry : complaints.entrySet()) {
            entry.getValue().judge(entry.getKey(), parameters, commitments);
            entry.getValue()
                    .byDealer()
                    .keySet()
                    .forEach(dealer -> unanswered.get(dealer).add(entry.getKey()));
        }
        echo = BroadcastEcho.of(messages);
        SortedMap<Integer, SignedShare> opened = new TreeMap<>();
        unanswered.get(id).forEach(complainer -> opened.put(complainer, shareFor(complainer)));
        return new Answers(echo, opened).encode();
    }

    /** What this party keeps. */
    public KeyShare keyShare(Map<Integer, byte[]> answersOfOthers) throws PartyFaultException {
        turns.take("keyShare");
        SortedMap<Integer, Answers> answers = new TreeMap<>();
        SortedMap<Integer, BroadcastEcho> echoes = new TreeMap<>();
        for (MessageReader reader : openAll(MessageKind.DKG_ANSWERS, answersOfOthers)) {
            Answers read = Answers.read(parameters, reader);
            answers.put(reader.sender(), read);
            echoes.put(reader.sender(), read.echo());
        }
        echo.check(id, echoes);
        for (Map.Entry<Integer, Answers> entry : answers.entrySet()) {
            int dealer = entry.getKey();
            Set<Integer> complainers = unanswered.get(dealer);
            entry.getValue().check(dealer, complainers, parameters, commitments.get(dealer));
            if (complainers.contains(id)) {
                shares.put(dealer, entry.getValue().byComplainer().get(id).share());
            }
        }
        return sum();
    }

    private KeyShare sum() {
        Scalar secret = shares.values().stream().reduce(Scalar.ZERO, Scalar::plus);
        List<Point> coefficients = new ArrayList<>();
        for (int i = 0; i < parameters.minSigners(); i++) {
            int power = i;
            coefficients.add(commitments.values().stream()
                    .map(commitment -> commitment.coefficients().get(power))
                    .reduce(Point.IDENTITY, Point::plus));
        }
        SortedMap<Integer, Point> verificationShares = new TreeMap<>();
        parameters.ids().forEach(party -> verificationShares.put(party, DealerCommitment.at(coefficients, party)));
        return new KeyShare(id, parameters.minSigners(), coefficients.get(0), verificationShares, secret);
    }

    private Iterable<MessageReader> openAll(MessageKind kind, Map<Integer, byte[]> messages)
            throws PartyFaultException {
        return MessageReader.openAll(others, kind, messages).values();
    }
}

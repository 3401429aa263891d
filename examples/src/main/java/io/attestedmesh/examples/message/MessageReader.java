package io.attestedmesh.examples.message;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.ed25519.InvalidEncodingException;
import io.attestedmesh.examples.ed25519.Point;
import io.attestedmesh.examples.ed25519.Scalar;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads the fields of one party's message in order; whatever does not fit is the fault of that party. */
public final class MessageReader {
    private final int sender;
    private final Bytes message;
    private int at = 1;

    private MessageReader(int sender, byte[] message) {
        this.sender = sender;
        this.message = Bytes.of(message);
    }

    /** {@code message} is null if none came. */
    public static MessageReader open(int sender, MessageKind kind, byte[] message) throws PartyFaultException {
        if (message == null) {
            throw silent(List.of(sender), kind);
        }
        MessageReader reader = new MessageReader(sender, message);
        if (message.length == 0) {
            throw reader.fault(MessageReason.MESSAGE_LENGTH, "a message of " + kind, "no bytes");
        }
        if (reader.message.at(0) != kind.code()) {
            String actual = "a first byte of " + reader.message.at(0);
            throw reader.fault(MessageReason.MESSAGE_KIND, kind + ", which begins with " + kind.code(), actual);
        }
        return reader;
    }

    /**
     * One reader for each of the {@code senders}. Names all that are silent; a message of anybody else is the caller's
     * error, an {@link IllegalArgumentException}.
     */
    public static SortedMap<Integer, MessageReader> openAll(
            Collection<Integer> senders, MessageKind kind, Map<Integer, byte[]> messages) throws PartyFaultException {
        if (!senders.containsAll(messages.keySet())) {
            throw new IllegalArgumentException("messages of " + messages.keySet() + ", senders are " + senders);
        }
        SortedSet<Integer> silent = new TreeSet<>(senders);
        silent.removeIf(sender -> messages.get(sender) != null);
        if (!silent.isEmpty()) {
            throw silent(silent, kind);
        }
        SortedMap<Integer, MessageReader> readers = new TreeMap<>();
        for (int sender : new TreeSet<>(senders)) {
            readers.put(sender, open(sender, kind, messages.get(sender)));
        }
        return readers;
    }

    private static PartyFaultException silent(Collection<Integer> senders, MessageKind kind) {
        return new PartyFaultException(MessageReason.SILENT, senders, "a message of " + kind, "none");
    }

    public int sender() {
        return sender;
    }

    /** The whole message with its first byte. */
    public Bytes message() {
        return message;
    }

    /** One byte, from {@code lowest} to {@code highest}. */
    public int number(int lowest, int highest) throws PartyFaultException {
        int number = bytes(1).at(0);
        if (number < lowest || number > highest) {
            throw fault(MessageReason.MESSAGE_FIELD, "a number from " + lowest + " to " + highest, "" + number);
        }
        return number;
    }

    public Scalar scalar() throws PartyFaultException {
        try {
            return Scalar.decode(bytes(Scalar.SIZE));
        } catch (InvalidEncodingException e) {
            throw new PartyFaultException(e.reason(), List.of(sender), e.expected(), e.actual(), e);
        }
    }

    public Point point() throws PartyFaultException {
        try {
            return Point.decode(bytes(Point.SIZE));
        } catch (InvalidEncodingException e) {
            throw new PartyFaultException(e.reason(), List.of(sender), e.expected(), e.actual(), e);
        }
    }

    public Bytes bytes(int size) throws PartyFaultException {
        if (message.size() - at < size) {
            String actual = "an end after " + message.size();
            throw fault(MessageReason.MESSAGE_LENGTH, size + " bytes from byte " + at, actual);
        }
        Bytes bytes = message.slice(at, at + size);
        at += size;
        return bytes;
    }

    /** Refuses bytes that nobody has read. */
    public void end() throws PartyFaultException {
        if (at != message.size()) {
            throw fault(MessageReason.MESSAGE_LENGTH, at + " bytes", message.size() + " bytes");
        }
    }

    private PartyFaultException fault(MessageReason reason, String expected, String actual) {
        return new PartyFaultException(reason, sender, expected, actual);
    }
}

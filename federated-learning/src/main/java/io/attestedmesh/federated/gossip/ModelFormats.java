package io.attestedmesh.federated.gossip;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.ModelReason;
import io.attestedmesh.federated.model.P2pflWeights;
import io.attestedmesh.federated.model.RejectedModelException;
import io.attestedmesh.federated.model.Safetensors;
import io.attestedmesh.federated.model.WeightsCompression;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * How models are on the wire: as safetensors between nodes of this implementation, as a pickle with others, if that is
 * allowed.
 */
final class ModelFormats {
    // a pickle begins with its protocol; behind the length of their header, safetensors have its first character
    private static final byte PICKLE = (byte) 0x80;
    private static final int NEWEST_PROTOCOL = 5;
    private static final int HEADER = 8;

    private final boolean pickle;
    private final int mostBytes;

    ModelFormats(boolean pickle, int mostBytes) {
        this.pickle = pickle;
        this.mostBytes = mostBytes;
    }

    ByteString encode(Model model, boolean own) throws RejectedModelException {
        if (!own && !pickle) {
            throw new RejectedModelException(
                    ModelReason.FORBIDDEN, "a node that reads safetensors", "one that needs pickle");
        }
        List<ByteBuffer> parts =
                own ? Safetensors.of(model).encode() : P2pflWeights.encode(model, WeightsCompression.NONE);
        return ByteString.copyFrom(
                parts.stream().map(UnsafeByteOperations::unsafeWrap).toList());
    }

    /** The model, which can be averaged with {@code like}. */
    Model decode(ByteString bytes, Model like) throws RejectedModelException {
        if (bytes.size() > mostBytes) {
            throw new RejectedModelException(ModelReason.TOO_LARGE, mostBytes + " bytes", String.valueOf(bytes.size()));
        }
        Model model;
        if (isPickle(bytes)) {
            if (!pickle) {
                throw new RejectedModelException(ModelReason.FORBIDDEN, "safetensors", "a pickle");
            }
            model = P2pflWeights.read(bytes.asReadOnlyByteBuffer(), mostBytes).named(like);
        } else {
            model = Safetensors.read(bytes.asReadOnlyByteBuffer()).model();
            model.requireLike(like);
        }
        model.requireFinite();
        return model;
    }

    static boolean isPickle(ByteString bytes) {
        return bytes.size() > HEADER
                && bytes.byteAt(0) == PICKLE
                && bytes.byteAt(1) <= NEWEST_PROTOCOL
                && bytes.byteAt(HEADER) != '{';
    }
}

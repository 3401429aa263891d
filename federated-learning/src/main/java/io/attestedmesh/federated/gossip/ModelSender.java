package io.attestedmesh.federated.gossip;

import com.google.protobuf.ByteString;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.federated.aggregate.AggregationRule;
import io.attestedmesh.federated.aggregate.Update;
import io.attestedmesh.federated.gossip.wire.ResponseMessage;
import io.attestedmesh.federated.gossip.wire.RootMessage;
import io.attestedmesh.federated.gossip.wire.Weights;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.RejectedModelException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Sends models: announces each, and sends it if the other wants it; one to a node at a time. Used by the node's loop. */
final class ModelSender {
    private static final System.Logger LOG = System.getLogger(ModelSender.class.getName());

    private final Gossip gossip;
    private final ModelFormats formats;
    private final GossipTiming timing;
    private final Executor loop;
    private final Executor codecs;
    private final Set<String> busy = new HashSet<>();
    private final Set<String> unspeakable = new HashSet<>();
    private final Counter sent;
    private final Counter bytes;
    private volatile Encoded latest = new Encoded(Model.of(java.util.Map.of()), true, ByteString.EMPTY);

    /** A model that goes to several nodes is encoded once. */
    private record Encoded(Model model, boolean own, ByteString bytes) {
        @SuppressWarnings(
                "ReferenceEquality") // models that are equal byte by byte take longer to compare than to encode
        boolean isOf(Model other, boolean forOwn) {
            return model == other && own == forOwn;
        }
    }

    /** What a node is to get. */
    private record Parcel(Model model, List<String> contributors, long examples) {}

    ModelSender(
            Gossip gossip,
            ModelFormats formats,
            GossipTiming timing,
            Executor loop,
            Executor codecs,
            MeterRegistry meters) {
        this.gossip = gossip;
        this.formats = formats;
        this.timing = timing;
        this.loop = loop;
        this.codecs = codecs;
        this.sent = meters.counter("amesh.gossip.models.sent");
        this.bytes = meters.counter("amesh.gossip.models.sent.bytes");
    }

    /** The first model, or the aggregate of a round. Ends when it is there, or not. */
    CompletableFuture<Void> sendWhole(Neighbour to, String command, int round, Model model) {
        return send(to, command, round, List.of(String.valueOf(round)), () -> new Parcel(model, List.of(), 0));
    }

    /** Updates of a round, as their average if they are several. Ends when they are there, or not. */
    CompletableFuture<Void> sendUpdates(
            Neighbour to, int round, List<Update> updates, AggregationRule rule, Model global) {
        Set<String> contributors = new TreeSet<>();
        updates.forEach(update -> contributors.addAll(update.contributors()));
        List<String> names = new ArrayList<>(contributors);
        return send(to, Commands.PARTIAL_MODEL, round, names, () -> {
            if (updates.size() == 1) {
                return new Parcel(updates.get(0).model(), names, updates.get(0).examples());
            }
            try {
                var average = Trainer.aggregation(rule, global, updates);
                long examples = average.examples();
                return new Parcel(average.result(), names, examples);
            } catch (RejectedModelException e) {
                throw new UncheckedIOException(e); // each of them was looked at when it came
            }
        });
    }

    private CompletableFuture<Void> send(
            Neighbour to, String command, int round, Collection<String> hashes, Supplier<Parcel> parcel) {
        PeerLink link = to.link();
        if (!busy.add(to.address())) {
            return CompletableFuture.completedFuture(null);
        }
        List<String> announced = new ArrayList<>(List.of(command));
        announced.addAll(hashes);
        return link.send(gossip.direct(Commands.ANNOUNCE, round, announced), timing.message())
                .thenComposeAsync(
                        answer -> "true".equals(answer.getResponse())
                                ? link.send(message(to, command, round, parcel.get()), timing.model())
                                : CompletableFuture.completedFuture(ResponseMessage.getDefaultInstance()),
                        codecs)
                .handleAsync(
                        (answer, failure) -> {
                            ended(to, command, answer, failure);
                            return null;
                        },
                        loop);
    }

    private RootMessage message(Neighbour to, String command, int round, Parcel parcel) {
        boolean own = to.own();
        ByteString encoded;
        Encoded known = latest;
        if (known.isOf(parcel.model, own)) {
            encoded = known.bytes;
        } else {
            try {
                encoded = formats.encode(parcel.model, own);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            latest = new Encoded(parcel.model, own, encoded);
        }
        sent.increment();
        bytes.increment(encoded.size());
        return gossip.direct(command, round, List.of()).toBuilder()
                .setWeights(Weights.newBuilder()
                        .setWeights(encoded)
                        .addAllContributors(parcel.contributors)
                        .setNumSamples((int) Math.min(parcel.examples, Integer.MAX_VALUE)))
                .build();
    }

    private void ended(Neighbour to, String command, ResponseMessage answer, Throwable failure) {
        busy.remove(to.address());
        String problem = failure != null ? failure.getMessage() : answer.getError();
        if (problem != null && !problem.isEmpty()) {
            boolean news = unspeakable.size() < 1024 && unspeakable.add(to.address());
            LOG.log(
                    news ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
                    () -> "event=federated.gossip.model-not-sent to=" + to.address() + " command=" + command + " why=\""
                            + OneLine.of(problem) + "\"");
        }
    }
}

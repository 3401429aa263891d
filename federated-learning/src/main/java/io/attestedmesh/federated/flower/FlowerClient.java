package io.attestedmesh.federated.flower;

import io.attestedmesh.federated.flower.wire.ClientMessage;
import io.attestedmesh.federated.flower.wire.Code;
import io.attestedmesh.federated.flower.wire.FlowerServiceGrpc;
import io.attestedmesh.federated.flower.wire.Reason;
import io.attestedmesh.federated.flower.wire.ServerMessage;
import io.attestedmesh.federated.flower.wire.Status;
import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.learn.LearnerException;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.ModelMessages;
import io.attestedmesh.federated.model.RejectedModelException;
import io.attestedmesh.federated.secure.SecureAggregationException;
import io.attestedmesh.federated.secure.ToldTerms;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Takes part in the rounds of a server that speaks Flower's protocol, ours or a stock one. Whether either side is attested
 * is a matter of the channel.
 */
public final class FlowerClient {
    /** How a participation ended that ended well. */
    public record Ended(Duration reconnectAfter) {
        /** True if the server wants this client back; a stock server never does. */
        public boolean again() {
            return !reconnectAfter.isZero();
        }
    }

    /** What a client has done, to be shown. */
    public enum Did {
        GAVE_PARAMETERS,
        TRAINED,
        /** Trained, perhaps, but gave nothing: what was asked for is not what this client gives. */
        REFUSED,
        EVALUATED
    }

    private static final System.Logger LOG = System.getLogger(FlowerClient.class.getName());

    private final Channel channel;
    private final Learner learner;
    private final Consumer<Did> progress;
    private final Optional<SecureFit> secure;
    /** A model with the learner's names, so that it is not asked for one each time. */
    private Optional<Model> like = Optional.empty();

    /** Trains by {@code learner}, whose methods are called by the thread that calls {@link #join}. */
    public FlowerClient(Channel channel, Learner learner, Consumer<Did> progress) {
        this(channel, learner, Optional.empty(), progress);
    }

    /** The same; with {@code secure} its parameters go into sums of several updates, and nowhere else. */
    public FlowerClient(Channel channel, Learner learner, Optional<SecureFit> secure, Consumer<Did> progress) {
        this.secure = secure;
        this.channel = ClientInterceptors.intercept(channel, ModelMessages.answers());
        this.learner = learner;
        this.progress = progress;
    }

    /**
     * Does what the server asks for, until it says that the rounds are over.
     *
     * @throws StatusException if the connection, or the server, ended it otherwise
     * @throws RejectedModelException if the server sent something that is no model, or not one of the learner's
     * @throws LearnerException if the learner failed: the server counts a failure, and others go on
     */
    public Ended join() throws StatusException, RejectedModelException, LearnerException, InterruptedException {
        try (Conversation server = new Conversation(FlowerServiceGrpc.newStub(channel))) {
            while (true) {
                ServerMessage instruction = server.next();
                if (instruction.getMsgCase() == ServerMessage.MsgCase.RECONNECT_INS) {
                    long seconds = Math.max(0, instruction.getReconnectIns().getSeconds());
                    server.answer(ClientMessage.newBuilder()
                            .setDisconnectRes(ClientMessage.DisconnectRes.newBuilder()
                                    .setReason(seconds == 0 ? Reason.ACK : Reason.RECONNECT))
                            .build());
                    server.finish();
                    return new Ended(Duration.ofSeconds(seconds));
                }
                server.answer(answer(instruction));
            }
        }
    }

    private ClientMessage answer(ServerMessage instruction)
            throws RejectedModelException, LearnerException, InterruptedException {
        ClientMessage.Builder answer = ClientMessage.newBuilder();
        switch (instruction.getMsgCase()) {
            case GET_PARAMETERS_INS -> {
                answer.setGetParametersRes(parameters());
            }
            case FIT_INS -> {
                ClientMessage.FitRes result = fit(instruction.getFitIns());
                answer.setFitRes(result);
                progress.accept(result.getStatus().getCode() == Code.OK ? Did.TRAINED : Did.REFUSED);
            }
            case EVALUATE_INS -> {
                answer.setEvaluateRes(evaluate(instruction.getEvaluateIns()));
                progress.accept(Did.EVALUATED);
            }
            case GET_PROPERTIES_INS ->
                answer.setGetPropertiesRes(ClientMessage.GetPropertiesRes.newBuilder()
                        .setStatus(status(Code.GET_PROPERTIES_NOT_IMPLEMENTED, "this client has no properties")));
            default ->
                throw new RejectedModelException(
                        io.attestedmesh.federated.model.ModelReason.MALFORMED,
                        "an instruction",
                        instruction.getMsgCase().toString());
        }
        return answer.build();
    }

    private static Status status(Code code, String message) {
        return Status.newBuilder().setCode(code).setMessage(message).build();
    }

    private ClientMessage.FitRes fit(ServerMessage.FitIns instruction)
            throws RejectedModelException, LearnerException, InterruptedException {
        Map<String, Scalar> config = FlowerWire.read(instruction.getConfigMap());
        if (secure.isPresent()) {
            return fitSecurely(secure.get(), FlowerWire.model(instruction.getParameters()), config);
        }
        if (ToldTerms.in(config)) {
            return refused("this client knows nothing of secure aggregation");
        }
        take(FlowerWire.model(instruction.getParameters()));
        Learner.Fit fit = learner.fit(config);
        return ClientMessage.FitRes.newBuilder()
                .setStatus(status(Code.OK, "Success"))
                .setParameters(FlowerWire.parameters(learner.get()))
                .setNumExamples(fit.examples())
                .putAllMetrics(FlowerWire.scalars(fit.metrics()))
                .build();
    }

    /** Tells the server neither parameters nor anything else of the training but that there is one. */
    private ClientMessage.FitRes fitSecurely(SecureFit by, Model received, Map<String, Scalar> config)
            throws RejectedModelException, LearnerException, InterruptedException {
        try {
            ToldTerms told = by.require(config, received);
            take(received);
            Learner.Fit fit = learner.fit(ToldTerms.without(config));
            by.give(told, Model.ofList(learner.get().list()), fit.examples());
            return ClientMessage.FitRes.newBuilder()
                    .setStatus(status(Code.OK, "Success"))
                    .setParameters(FlowerWire.parameters(Model.ofList(List.of())))
                    .build();
        } catch (SecureAggregationException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "event=federated.secure.refused " + e.getMessage());
            return refused("secure aggregation: " + e.reason()); // no more, for it may tell of the update
        }
    }

    private static ClientMessage.FitRes refused(String why) {
        return ClientMessage.FitRes.newBuilder()
                .setStatus(status(Code.FIT_NOT_IMPLEMENTED, why))
                .build();
    }

    /** What a learner has may be trained already, and then is an update. */
    private ClientMessage.GetParametersRes parameters() throws LearnerException, InterruptedException {
        if (secure.isPresent()) {
            progress.accept(Did.REFUSED);
            return ClientMessage.GetParametersRes.newBuilder()
                    .setStatus(status(Code.GET_PARAMETERS_NOT_IMPLEMENTED, "not in clear"))
                    .build();
        }
        progress.accept(Did.GAVE_PARAMETERS);
        return ClientMessage.GetParametersRes.newBuilder()
                .setStatus(status(Code.OK, "Success"))
                .setParameters(FlowerWire.parameters(learner.get()))
                .build();
    }

    private ClientMessage.EvaluateRes evaluate(ServerMessage.EvaluateIns instruction)
            throws RejectedModelException, LearnerException, InterruptedException {
        take(FlowerWire.model(instruction.getParameters()));
        Learner.Evaluation evaluation = learner.evaluate(FlowerWire.read(instruction.getConfigMap()));
        return ClientMessage.EvaluateRes.newBuilder()
                .setStatus(status(Code.OK, "Success"))
                .setLoss((float) evaluation.loss())
                .setNumExamples(evaluation.examples())
                .putAllMetrics(FlowerWire.scalars(evaluation.metrics()))
                .build();
    }

    private void take(Model list) throws RejectedModelException, LearnerException, InterruptedException {
        Model named = list.named(like.isPresent() ? like.get() : learner.get());
        learner.set(named);
        like = Optional.of(named);
    }
}

package io.attestedmesh.federated.learn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.RejectedModelException;
import io.attestedmesh.federated.model.Safetensors;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets a process in another language learn, such as one in Python: docs/learners.md has the protocol, and
 * examples/python/learner.py the other side of it.
 *
 * <p>An error that the process answers fails that request alone. Any other failure closes this learner, since what the
 * process would say next may be an answer to what was asked before: bytes that are no answer, its end, a request that was
 * interrupted or took too long.
 */
public final class ExternalLearner implements Learner, AutoCloseable {
    private static final int VERSION = 1;

    private final TimedChannel channel;
    private final Optional<LearnerProcess> process;
    private final ExternalLimits limits;

    private ExternalLearner(TimedChannel channel, Optional<LearnerProcess> process, ExternalLimits limits) {
        this.channel = channel;
        this.process = process;
        this.limits = limits;
    }

    /**
     * Starts a process, with the path of the socket that it has to connect to as its last argument. What it prints is
     * logged, so many lines a second, and it is ended when this learner is closed.
     */
    public static ExternalLearner start(List<String> command, ExternalLimits limits)
            throws LearnerException, InterruptedException {
        try {
            Path folder = Files.createTempDirectory(
                    "amesh-learner-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try (LearnerSocket socket = LearnerSocket.bind(folder.resolve("socket"))) {
                return connect(
                        socket, Optional.of(LearnerProcess.start(command, socket.file(), Clock.systemUTC())), limits);
            } finally {
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw new LearnerException("no learner was started: " + OneLine.of(String.valueOf(e.getMessage())), e);
        }
    }

    /**
     * Waits for a process that somebody else starts.
     *
     * @param file the socket that it connects to; the folder is made, or is this user's and has mode 0700
     */
    public static ExternalLearner listen(Path file, ExternalLimits limits)
            throws LearnerException, InterruptedException {
        try (LearnerSocket socket = LearnerSocket.bind(file)) {
            return connect(socket, Optional.empty(), limits);
        } catch (IOException e) {
            throw new LearnerException("no learner can connect: " + OneLine.of(String.valueOf(e.getMessage())), e);
        }
    }

    /** Takes the first process that connects, and nobody after it. */
    static ExternalLearner connect(LearnerSocket socket, Optional<LearnerProcess> process, ExternalLimits limits)
            throws LearnerException, InterruptedException {
        boolean connected = false;
        Optional<ExternalLearner> learner = Optional.empty();
        try {
            SocketChannel channel = socket.accept(process.map(LearnerProcess::process), limits.connect());
            learner = Optional.of(new ExternalLearner(new TimedChannel(channel), process, limits));
            learner.get().hello();
            connected = true;
            return learner.get();
        } catch (IOException e) {
            throw failure("to connect", e, process, limits.connect());
        } finally {
            if (!connected) {
                learner.ifPresentOrElse(ExternalLearner::close, () -> process.ifPresent(LearnerProcess::close));
            }
        }
    }

    private void hello() throws LearnerException, InterruptedException {
        ObjectNode hello = request("hello").put("version", VERSION);
        JsonNode version = ask(hello, List.of(), limits.connect()).header().path("version");
        if (!version.isInt() || version.intValue() != VERSION) {
            throw new LearnerException("the learner's protocol: expected version " + VERSION + ", actual "
                    + OneLine.of(version.toString()));
        }
    }

    @Override
    public Model get() throws LearnerException, InterruptedException {
        Frame answer = ask(request("get"), List.of(), limits.answer());
        try {
            return Safetensors.read(answer.body()).model();
        } catch (RejectedModelException e) {
            throw new LearnerException("the learner's parameters: " + e.getMessage(), e);
        }
    }

    @Override
    public void set(Model model) throws LearnerException, InterruptedException {
        Safetensors body = Safetensors.of(model);
        if (body.encodedSize() > limits.modelBytes()) {
            throw new LearnerException("parameters for the learner: expected at most " + limits.modelBytes()
                    + " bytes, actual " + body.encodedSize());
        }
        ask(request("set"), body.encode(), limits.answer());
    }

    @Override
    public Fit fit(Map<String, Scalar> config) throws LearnerException, InterruptedException {
        ObjectNode answer = ask("fit", config);
        return new Fit(examples(answer), ScalarsJson.read(answer.path("metrics")));
    }

    @Override
    public Evaluation evaluate(Map<String, Scalar> config) throws LearnerException, InterruptedException {
        ObjectNode answer = ask("evaluate", config);
        JsonNode loss = answer.path("loss");
        if (!loss.isNumber() || !Double.isFinite(loss.doubleValue())) {
            throw new LearnerException("loss: expected a finite number");
        }
        return new Evaluation(loss.doubleValue(), examples(answer), ScalarsJson.read(answer.path("metrics")));
    }

    private static long examples(ObjectNode answer) throws LearnerException {
        JsonNode examples = answer.path("examples");
        if (!examples.isIntegralNumber() || !examples.canConvertToLong() || examples.longValue() < 0) {
            throw new LearnerException("examples: expected a number of them");
        }
        return examples.longValue();
    }

    private static ObjectNode request(String name) {
        return Frame.JSON.createObjectNode().put("request", name);
    }

    private ObjectNode ask(String name, Map<String, Scalar> config) throws LearnerException, InterruptedException {
        ObjectNode request = request(name).set("config", ScalarsJson.write(config));
        return ask(request, List.of(), limits.answer()).header();
    }

    private Frame ask(ObjectNode request, List<ByteBuffer> body, Duration time)
            throws LearnerException, InterruptedException {
        String name = request.path("request").textValue();
        if (!channel.isOpen()) {
            throw new LearnerException("the learner was closed before it was asked to " + name);
        }
        List<ByteBuffer> frame = Frame.encode(request, body);
        boolean inStep = false;
        try {
            channel.within(time);
            Frame.write(channel, frame);
            Frame answer = Frame.read(channel, limits.modelBytes());
            boolean failed = answer.header().has("error");
            if (!failed) {
                requireAnswer(name, answer);
            }
            inStep = true;
            if (failed) {
                String why = answer.header().path("error").asText();
                throw new LearnerException("the learner could not " + name + ": " + OneLine.of(why));
            }
            return answer;
        } catch (IOException e) {
            throw failure("to " + name, e, process, time);
        } finally {
            if (!inStep) {
                close();
            }
        }
    }

    private static void requireAnswer(String name, Frame answer) throws LearnerException {
        JsonNode given = answer.header().path("answer");
        if (!name.equals(given.textValue())) {
            throw new LearnerException("expected an answer to " + name + ", actual " + OneLine.of(given.toString()));
        }
        if (!name.equals("get") && answer.body().hasRemaining()) {
            throw new LearnerException("expected an answer to " + name + " without a body");
        }
    }

    /** What an interrupted, a late or a broken conversation is to the caller. */
    private static LearnerException failure(String what, IOException e, Optional<LearnerProcess> process, Duration time)
            throws InterruptedException {
        if (e instanceof ClosedByInterruptException) {
            Thread.interrupted();
            throw new InterruptedException();
        }
        if (e instanceof SocketTimeoutException) {
            return new LearnerException("the learner took longer than " + time + " " + what, e);
        }
        if (e instanceof EOFException) {
            String exit = process.isPresent() ? process.get().exit() : "";
            return new LearnerException("the learner ended before it was done " + what + exit, e);
        }
        return new LearnerException("the learner could not be asked " + what + ": " + OneLine.of(e.toString()), e);
    }

    /** False once a request has failed for any other reason than an error that the process answered. */
    public boolean isOpen() {
        return channel.isOpen();
    }

    /** Ends the conversation, and the process if it was started here. May come from another thread, to end a request. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // the other end sees it closed when this process ends, at the latest
            System.getLogger(ExternalLearner.class.getName()).log(System.Logger.Level.WARNING, "a learner's socket", e);
        } finally {
            process.ifPresent(LearnerProcess::close);
        }
    }
}

package io.attestedmesh.cli.federated;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.examples.digits.Digits;
import io.attestedmesh.examples.digits.DigitsLearner;
import io.attestedmesh.federated.learn.ExternalLearner;
import io.attestedmesh.federated.learn.ExternalLimits;
import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.learn.LearnerException;
import io.attestedmesh.federated.learn.RenewedLearner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who trains. */
final class LearnerOptions {
    private static final Pattern PART = Pattern.compile("([1-9][0-9]{0,3})/([1-9][0-9]{0,3})");
    private static final int EXAMPLES = 300;
    private static final int HELD_OUT = 200;

    @Option(
            names = "--learner-socket",
            paramLabel = "PATH",
            description = "Wait at this Unix socket for the process that learns.")
    private Optional<Path> socket = Optional.empty();

    @Option(
            names = "--example-digits",
            paramLabel = "K/N",
            description = "Learn painted digits, as participant K of N: to try everything else out.")
    private Optional<String> digits = Optional.empty();

    @Parameters(
            paramLabel = "COMMAND",
            description =
                    "Start this process, which learns; the path of the socket to connect to is its last argument.")
    private List<String> command = List.of();

    /** A learner, and what ends it. */
    record Opened(Learner learner, AutoCloseable end) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            try {
                end.close();
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }

    Opened open() throws CommandException, LearnerException, IOException, InterruptedException {
        int given = (socket.isPresent() ? 1 : 0) + (digits.isPresent() ? 1 : 0) + (command.isEmpty() ? 0 : 1);
        if (given != 1) {
            throw CommandException.usage(
                    given == 0 ? "nothing says who learns" : "more than one learner is given",
                    "give a command at the end, or --learner-socket, or --example-digits 1/3");
        }
        if (digits.isPresent()) {
            return new Opened(example(digits.get()), () -> {});
        }
        RenewedLearner learner = new RenewedLearner(() -> socket.isPresent()
                ? ExternalLearner.listen(socket.get(), ExternalLimits.DEFAULT)
                : ExternalLearner.start(command, ExternalLimits.DEFAULT));
        return new Opened(learner, learner);
    }

    /** Of the digits that each paints by itself; what it is measured on has all of them. */
    private static Learner example(String part) throws CommandException {
        Matcher numbers = PART.matcher(part);
        if (!numbers.matches() || Integer.parseInt(numbers.group(1)) > Integer.parseInt(numbers.group(2))) {
            throw CommandException.usage("--example-digits " + part + " is not K/N", "say 1/3, 2/3 and 3/3");
        }
        int participant = Integer.parseInt(numbers.group(1));
        return new DigitsLearner(Digits.even(participant, EXAMPLES), Digits.even(-participant, HELD_OUT), participant);
    }
}

package io.attestedmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attestedmesh.cli.command.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the steps of a guide in one folder, {@code ./amesh} in this process and the rest in a shell. Ports of the guide
 * become free ones. A command that shows a {@code reason:} must be rejected; {@code ^C} stops the node of its host.
 * After {@code release publish} every node has the list before the next step.
 */
public final class GuideFolder implements AutoCloseable {
    private static final String AMESH = "./amesh ";
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
    private static final Pattern FILE = Pattern.compile(
            "((?:[a-z]+=)?)([\\w.-]+/[\\w./-]*" + "|[\\w.-]+\\.(?:json|key|pub|vkey|toml|crt|passphrase|html))");
    private static final Pattern LISTEN = Pattern.compile("listen = \"127\\.0\\.0\\.1:(\\d+)\"");
    private static final Pattern LISTENING = Pattern.compile("listening \\S+:(\\d+)");
    private static final Pattern ADDRESS = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern STATE = Pattern.compile("state = \"([^\"]+)\"");
    private static final Pattern REDIRECTED = Pattern.compile("(.*) > (\\S+)");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What a configuration says of a node, in the guide's words. */
    private record Config(String port, Optional<String> state) {
        Config with(List<String> words) {
            String newPort = port;
            Optional<String> newState = state;
            for (String word : words) {
                if (word.startsWith("node.listen=127.0.0.1:")) {
                    newPort = word.substring(word.indexOf(':') + 1);
                } else if (word.startsWith("releases.state=")) {
                    newState = Optional.of(word.substring(word.indexOf('=') + 1));
                }
            }
            return new Config(newPort, newState);
        }
    }

    private record Node(RunningCommand command, Config config) {}

    private final Path folder;
    private final Map<String, Config> configs = new HashMap<>();
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final List<String> otherStates = new ArrayList<>();
    private final Map<String, Integer> ports = new ConcurrentHashMap<>();

    public GuideFolder(Path folder) {
        this.folder = folder;
    }

    public void run(Guide guide) throws Exception {
        for (Guide.Step step : guide.steps()) {
            run(step);
        }
    }

    public void run(Guide.Step step) throws Exception {
        if (step instanceof Guide.Text text) {
            write(text);
        } else if (step instanceof Guide.Command command) {
            run(command);
        }
    }

    public Path path(String name) {
        return folder.resolve(name);
    }

    /** Where the node listens now whose port the guide says is {@code documented}; 0 if it never ran. */
    public int port(String documented) {
        return ports.getOrDefault(documented, 0);
    }

    /** Somebody beside the guide follows the list, too, with this state. */
    public void alsoFollowedBy(String state) {
        otherStates.add(state);
    }

    private void write(Guide.Text text) throws IOException {
        String toml = String.join("\n", text.lines());
        Matcher listen = LISTEN.matcher(toml);
        Matcher state = STATE.matcher(toml);
        configs.put(
                text.path(),
                new Config(
                        listen.find() ? listen.group(1) : "",
                        state.find() ? Optional.of(state.group(1)) : Optional.empty()));
        Files.writeString(folder.resolve(text.path()), listen.replaceAll("listen = \"127.0.0.1:0\""));
    }

    private void run(Guide.Command command) throws Exception {
        String line = command.line();
        if (line.equals("^C")) {
            stop(command.host());
        } else if (line.startsWith(AMESH + "node run ")) {
            start(command);
        } else if (line.startsWith(AMESH)) {
            amesh(command);
            if (line.startsWith(AMESH + "release publish ")) {
                awaitNodes();
            }
        } else {
            shell(command);
        }
    }

    private void stop(String host) throws Exception {
        assertThat(nodes).containsKey(host);
        assertThat(nodes.remove(host).command().stop()).isEqualTo(ExitStatus.DONE);
    }

    private void start(Guide.Command command) throws Exception {
        List<String> words = words(command.line(), false);
        Config config = configs.get(words.get(words.indexOf("--config") + 1)).with(words);
        ports.remove(config.port());
        String last = command.output().get(command.output().size() - 1);
        RunningCommand node = RunningCommand.start(words(command.line(), true), last, PATIENCE);
        nodes.put(command.host(), new Node(node, config));
        assertShown(command, node.shown());
        Matcher listening = LISTENING.matcher(node.shown());
        assertThat(listening.find()).isTrue();
        ports.put(config.port(), Integer.valueOf(listening.group(1)));
    }

    private void amesh(Guide.Command command) throws Exception {
        Matcher redirected = REDIRECTED.matcher(command.line());
        String line = redirected.matches() ? redirected.group(1) : command.line();
        boolean refused = command.output().stream().anyMatch(shown -> shown.startsWith("reason: "));
        ExitStatus expected = refused ? ExitStatus.REJECTED : ExitStatus.DONE;
        CommandRun run = CommandRun.of(words(line, true).toArray(String[]::new));
        assertThat(run.status()).as("%s%n%s", command.line(), run.err()).isEqualTo(expected);
        if (redirected.matches()) {
            Files.writeString(folder.resolve(redirected.group(2)), run.out());
        }
        assertShown(command, run.out() + run.err());
    }

    private void assertShown(Guide.Command command, String output) {
        String relative = output.replace(folder + "/", "");
        for (String shown : command.output()) {
            int cut = shown.indexOf('…');
            assertThat(relative).as(command.line()).contains(cut < 0 ? shown : shown.substring(0, cut));
        }
    }

    private List<String> words(String line, boolean resolved) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line.substring(AMESH.length()));
        while (word.find()) {
            String text = word.group(1) != null ? word.group(1) : word.group(2);
            words.add(resolved ? resolve(text) : text);
        }
        return words;
    }

    private String resolve(String word) {
        Matcher file = FILE.matcher(word);
        if (file.matches()) {
            return file.group(1) + folder.resolve(file.group(2));
        }
        Matcher address = ADDRESS.matcher(word);
        return address.replaceAll(found -> "127.0.0.1:" + port(found.group(1)));
    }

    private void shell(Guide.Command command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command.line())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("%s%n%s", command.line(), output).isZero();
        assertShown(command, output);
    }

    /** Until the state of every node that runs has the version that is published, or a later one. */
    private void awaitNodes() throws Exception {
        try (WatchService changes = folder.getFileSystem().newWatchService()) {
            folder.register(changes, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            long published = version(json(folder.resolve("published/bundle.json")));
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!haveAll(published)) {
                assertThat(System.nanoTime())
                        .as("a node without version %d", published)
                        .isLessThan(deadline);
                var key = changes.poll(1, TimeUnit.SECONDS);
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
            }
        }
    }

    private boolean haveAll(long published) throws IOException {
        List<String> states = new ArrayList<>(otherStates);
        nodes.values().forEach(node -> node.config().state().ifPresent(states::add));
        for (String state : states) {
            if (version(json(folder.resolve(state)).path("accepted")) < published) {
                return false;
            }
        }
        return true;
    }

    private static JsonNode json(Path file) throws IOException {
        return new ObjectMapper().readTree(Files.readAllBytes(file));
    }

    private static long version(JsonNode bundle) throws IOException {
        byte[] payload = Base64.getUrlDecoder()
                .decode(bundle.path("list").path("payload").textValue());
        return new ObjectMapper().readTree(payload).path("version").longValue();
    }

    @Override
    public void close() throws IOException {
        for (Node node : nodes.values()) {
            node.command().close();
        }
    }
}

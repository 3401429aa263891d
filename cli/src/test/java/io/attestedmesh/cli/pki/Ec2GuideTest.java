package io.attestedmesh.cli.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.Guide;
import io.attestedmesh.cli.RunningCommand;
import io.attestedmesh.cli.command.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs every command of docs/ec2.md: each host is a folder, all addresses are loopback, the port is a free one. */
class Ec2GuideTest {
    private static final Map<String, String> ADDRESSES = Map.of(
            "10.0.0.10", "ca",
            "10.0.1.10", "server-a",
            "10.0.2.10", "client-b",
            "10.0.2.11", "client-c");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
    private static final Pattern LISTENING = Pattern.compile("listening \\S+:(\\d+)");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path hosts;

    private final List<RunningCommand> nodes = new ArrayList<>();
    private String port = "0";

    @AfterEach
    void stopNodes() throws IOException {
        for (RunningCommand node : nodes) {
            node.close();
        }
    }

    @Test
    @Timeout(300)
    void guide_everyStep_worksAsItSays() throws Exception {
        Guide guide = Guide.read(Path.of(System.getProperty("project.root"), "docs", "ec2.md"));
        assertThat(guide.steps()).hasSizeGreaterThan(40);
        for (Guide.Step step : guide.steps()) {
            Files.createDirectories(hosts.resolve(step.host()));
            if (step instanceof Guide.Text text) {
                Files.writeString(
                        Path.of(local(text.host(), text.path())), local(text.host(), String.join("\n", text.lines())));
            } else if (step instanceof Guide.Command command) {
                run(command);
            }
        }
        assertThat(nodes).hasSize(1);
    }

    /** The command or text with the host's folder for its home, loopback for its addresses, and the port in use. */
    private String local(String host, String text) {
        return text.replace("/home/ec2-user", hosts.resolve(host).toString())
                .replace("10.0.0.0/16", "127.0.0.0/8")
                .replaceAll("\\b10\\.0\\.\\d+\\.\\d+\\b", "127.0.0.1")
                .replace(":7443", ":" + port);
    }

    private void run(Guide.Command command) throws Exception {
        if (command.line().startsWith("scp ")) {
            copy(command);
        } else if (command.line().startsWith("amesh node run ")) {
            start(command);
        } else if (command.line().startsWith("amesh ")) {
            amesh(command);
        } else {
            shell(command);
        }
    }

    private static String[] words(String line) {
        return WORD.matcher(line)
                .results()
                .map(word -> word.group(1) != null ? word.group(1) : word.group(2))
                .skip(1)
                .toArray(String[]::new);
    }

    private void amesh(Guide.Command command) {
        boolean refused = command.output().stream().anyMatch(line -> line.startsWith("reason: "));
        ExitStatus expected = refused ? ExitStatus.REJECTED : ExitStatus.DONE;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        CommandRun run;
        do {
            run = CommandRun.of(words(local(command.host(), command.line())));
            // A node takes some seconds to notice a new revocation list.
        } while (refused && run.status() != expected && System.nanoTime() < deadline);
        assertThat(run.status()).as("%s%n%s", command, run.err()).isEqualTo(expected);
        assertShown(command, run.out() + run.err());
    }

    private void assertShown(Guide.Command command, String output) {
        for (String line : command.output()) {
            String shown = local(command.host(), line);
            int cut = shown.indexOf('…');
            assertThat(output).as(command.line()).contains(cut < 0 ? shown : shown.substring(0, cut));
        }
    }

    private void copy(Guide.Command command) throws Exception {
        String[] words = words(command.line());
        assertThat(words).as(command.line()).hasSize(2);
        Path from = Path.of(local(command.host(), words[0]));
        Matcher target = Pattern.compile("ec2-user@([0-9.]+):(/\\S+)").matcher(words[1]);
        assertThat(target.matches()).as(words[1]).isTrue();
        String there = ADDRESSES.get(target.group(1));
        Path to = Path.of(local(there, target.group(2)));
        Files.createDirectories(hosts.resolve(there));
        Path file = Files.isDirectory(to) ? to.resolve(from.getFileName()) : to;
        Files.copy(from, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private void shell(Guide.Command command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", local(command.host(), command.line()))
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("%s%n%s", command.line(), output).isZero();
    }

    private void start(Guide.Command command) throws Exception {
        String last = command.output().get(command.output().size() - 1);
        RunningCommand node =
                RunningCommand.start(List.of(words(local(command.host(), command.line()))), last, PATIENCE);
        nodes.add(node);
        Matcher listening = LISTENING.matcher(node.shown());
        if (!listening.find()) {
            fail("no port in " + node.shown());
        }
        port = listening.group(1);
        assertShown(command, node.shown());
    }
}

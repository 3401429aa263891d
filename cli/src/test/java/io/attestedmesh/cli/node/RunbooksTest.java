package io.attestedmesh.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.Guide;
import io.attestedmesh.cli.GuideFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs every command of the runbooks, while a client calls without a pause: none of its calls fails. */
@Timeout(300)
class RunbooksTest {
    private static final Path DOCS = Path.of(System.getProperty("project.root"), "docs");

    @TempDir
    Path folder;

    @Test
    void rollingUpgrade_everyStep_dropsNoCall() throws Exception {
        List<Guide.Step> steps =
                Guide.read(DOCS.resolve("runbook-rolling-upgrade.md")).steps();
        int nodesRun = indexOf(steps, "b$ ./amesh node run") + 1;
        try (GuideFolder commands = published()) {
            commands.run(new Guide(steps.subList(0, nodesRun)));
            List<IntSupplier> nodes = List.of(() -> commands.port("7443"), () -> commands.port("7444"));
            List<String> edge =
                    List.of("node.name=edge.example", "attestation.image=edge-2.0.0", "releases.state=edge.state");
            try (Balancer balancer = Balancer.start(nodes);
                    CallingClient client =
                            CallingClient.start(commands.path("kms.toml"), edge, balancer.port(), "kms.example")) {
                runBeside(client, commands, steps.subList(nodesRun, steps.size()));
            }
        }
    }

    @Test
    void lostKey_everyStep_dropsNoCall() throws Exception {
        List<Guide.Step> steps = Guide.read(DOCS.resolve("runbook-lost-key.md")).steps();
        int nodeRuns = indexOf(steps, "a$ ./amesh node run") + 1;
        try (GuideFolder commands = published()) {
            commands.run(new Guide(steps.subList(0, nodeRuns)));
            List<String> edge = List.of("node.name=edge.example", "releases.state=edge.state");
            try (CallingClient client =
                    CallingClient.start(commands.path("kms.toml"), edge, commands.port("7443"), "kms.example")) {
                runBeside(client, commands, steps.subList(nodeRuns, steps.size()));
            }
        }
    }

    private static void runBeside(CallingClient client, GuideFolder commands, List<Guide.Step> steps) throws Exception {
        commands.alsoFollowedBy("edge.state");
        client.awaitCall();
        for (Guide.Step step : steps) {
            commands.run(step);
            client.awaitCall();
            assertThat(client.failures()).as("after %s", step).isEmpty();
        }
        assertThat(client.calls()).isGreaterThan(steps.size());
    }

    /** Where both begin: the worked example until its list is published. */
    private GuideFolder published() throws Exception {
        List<Guide.Step> example =
                Guide.read(DOCS.resolve("releases.md"), "## Worked example").steps();
        GuideFolder commands = new GuideFolder(folder);
        commands.run(new Guide(example.subList(0, indexOf(example, "$ ./amesh node run"))));
        return commands;
    }

    private static int indexOf(List<Guide.Step> steps, String prompted) {
        Predicate<Guide.Step> wanted = step ->
                step instanceof Guide.Command command && (command.host() + "$ " + command.line()).startsWith(prompted);
        for (int i = 0; i < steps.size(); i++) {
            if (wanted.test(steps.get(i))) {
                return i;
            }
        }
        throw new AssertionError("no command begins with " + prompted);
    }
}

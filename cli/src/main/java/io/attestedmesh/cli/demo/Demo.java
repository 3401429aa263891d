package io.attestedmesh.cli.demo;

import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.logging.LogLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code amesh demo}. */
@Command(
        name = "demo",
        description = {
            "Starts four parties on a simulated cloud, each connected to each by mutual attested TLS over gRPC on"
                    + " loopback, lets them exchange messages, make a threshold key and sign with it, lets eight"
                    + " impostors try, then revokes the release of a party that is connected.",
            "Needs no Nitro hardware and proves nothing about hardware. Exits 0 only if all went as said."
        })
public final class Demo implements Verb {
    private static final int MESSAGES = 5;
    private static final int DETAIL_WIDTH = 100;

    private final Terminal terminal;

    /** What to show. */
    enum Show {
        mesh,
        federated,
        voting
    }

    @Option(
            names = "--scene",
            paramLabel = "NAME",
            description = "mesh (as above, the default); federated: five nodes learn to read digits, by gossip and in"
                    + " rounds with a server; voting: five nodes decide, and one of them breaks each rule.")
    private Show scene = Show.mesh;

    @Option(
            names = "--plot",
            paramLabel = "FILE",
            description = "Where --scene federated draws the accuracy of each round, as SVG; by default"
                    + " amesh-federated.svg.")
    private Path plot = Path.of("amesh-federated.svg");

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    public Demo(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws Exception {
        LogLevel.includeLibraries();
        Path folder = Files.createTempDirectory("amesh-demo-");
        List<Scene> scenes = new ArrayList<>();
        try {
            Cloud cloud = new Cloud(folder.resolve("cloud"), terminal.clock(), new SecureRandom());
            switch (scene) {
                case mesh -> connect(cloud, scenes);
                case federated -> learn(cloud, folder, scenes);
                case voting -> decide(cloud, folder, scenes);
            }
        } finally {
            delete(folder);
        }
        if (json) {
            scenes.forEach(each -> terminal.json(each.json()));
        } else {
            table(scenes).forEach(terminal::print);
        }
        long wrong = scenes.stream().filter(each -> !each.asExpected()).count();
        say("");
        say(wrong == 0 ? "all " + scenes.size() + " scenes ended as they must" : wrong + " scenes ended WRONG");
        return wrong == 0 ? ExitStatus.DONE : ExitStatus.REJECTED;
    }

    private void learn(Cloud cloud, Path folder, List<Scene> scenes) throws Exception {
        try (Learning learning = Learning.start(cloud, folder, this::say)) {
            scenes.addAll(learning.scenes());
            Files.writeString(plot, learning.plot());
            say("accuracy of each round: " + plot.toAbsolutePath());
            say("");
        }
    }

    private void decide(Cloud cloud, Path folder, List<Scene> scenes) throws Exception {
        try (Voting voting = Voting.start(cloud, folder, this::say)) {
            scenes.addAll(voting.scenes());
        }
    }

    private void connect(Cloud cloud, List<Scene> scenes) throws Exception {
        try (Mesh mesh = Mesh.start(cloud)) {
            say("a simulated Nitro cloud (proves nothing about hardware), and four parties:");
            mesh.describe().forEach(this::say);
            say(mesh.level());
            say("what may run is a signed list, " + mesh.list());
            say("");
            say("each sends " + MESSAGES + " messages to each, over its own attested connection:");
            scenes.addAll(mesh.exchange(MESSAGES));
            say("the four make a key that none of them has, three of them sign with it, and one of these cheats:");
            scenes.addAll(mesh.sign());
            say("impostors, each over a real connection to " + mesh.target() + ":");
            scenes.addAll(mesh.refuse());
            say(mesh.outdated() + "'s release is revoked while it is connected to " + mesh.target() + ":");
            scenes.addAll(mesh.revoke());
            say("now in force: " + mesh.list());
        }
    }

    private void say(String line) {
        terminal.say(line);
    }

    private static List<String> table(List<Scene> scenes) {
        String format = "%-44s %-9s %-23s %-17s %s";
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, format, "SCENE", "OUTCOME", "REASON", "CONNECTION", "DETAIL"));
        for (Scene scene : scenes) {
            String outcome = scene.asExpected() ? scene.outcome().toString() : scene.outcome() + "!";
            lines.add(String.format(
                            Locale.ROOT,
                            format,
                            scene.title(),
                            outcome,
                            scene.reason().orElse("-"),
                            scene.connection().orElse("-"),
                            shortened(scene.detail()))
                    .stripTrailing());
        }
        return lines;
    }

    private static String shortened(String detail) {
        return detail.length() <= DETAIL_WIDTH ? detail : detail.substring(0, DETAIL_WIDTH - 3) + "...";
    }

    private static void delete(Path folder) throws IOException {
        try (var tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}

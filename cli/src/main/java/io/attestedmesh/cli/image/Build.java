package io.attestedmesh.cli.image;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.NewFiles;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.command.Version;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.enclave.image.Architecture;
import io.attestedmesh.enclave.image.EnclaveImage;
import io.attestedmesh.enclave.image.ImageMetadata;
import io.attestedmesh.enclave.image.ImageWriter;
import io.attestedmesh.enclave.image.MalformedImageException;
import io.attestedmesh.enclave.ramdisk.Application;
import io.attestedmesh.enclave.ramdisk.FileTree;
import io.attestedmesh.enclave.ramdisk.Launch;
import io.attestedmesh.enclave.ramdisk.Ramdisk;
import io.attestedmesh.enclave.ramdisk.RamdiskException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code amesh image build}. */
@Command(
        name = "build",
        description = {
            "Build an enclave image: the same parts give the same bytes, on every machine.",
            "No Docker engine is needed. The image is unsigned; 'sign' makes a signed copy."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh image build --kernel bzImage --cmdline \"reboot=k panic=30 pci=off nomodules console=ttyS0\" \\\\",
            "      --init-ramdisk init.cpio --app rootfs/ --out node.eif --name node --version 1.4.2",
            "  docker save app -o app.tar",
            "  amesh image build --kernel bzImage --cmdline \"$(cat cmdline)\" --init-ramdisk init.cpio \\\\",
            "      --app app.tar --app-layout nitro --out app.eif    # the kernel and init of nitro-cli"
        })
final class Build implements Verb {
    private static final int MAX_METADATA = 1 << 20;

    private final Terminal terminal;

    @Option(names = "--kernel", required = true, paramLabel = "FILE", description = "bzImage, or Image for aarch64.")
    private Path kernel;

    @Option(names = "--cmdline", required = true, paramLabel = "TEXT", description = "Command line of the kernel.")
    private String commandLine;

    @Option(
            names = "--init-ramdisk",
            required = true,
            paramLabel = "FILE|DIR",
            description = "What boots: a cpio archive, taken as it is, or a folder to make one of. In PCR1.")
    private Path init;

    @Option(
            names = "--app",
            required = true,
            paramLabel = "DIR|FILE",
            description =
                    "The application: a folder, a tar archive, an OCI layout, or what 'docker save' wrote. In PCR2.")
    private Path app;

    @Option(
            names = "--app-layout",
            paramLabel = "LAYOUT",
            defaultValue = "plain",
            description = "plain (default): files where they are. nitro: below rootfs/, with cmd and env from the"
                    + " container image, as the init of nitro-cli wants it.")
    private String layout;

    @Option(
            names = "--arch",
            paramLabel = "ARCH",
            defaultValue = "x86_64",
            description = "x86_64 (default) or aarch64.")
    private String architecture;

    @Option(names = "--name", paramLabel = "NAME", description = "Name for the metadata (default: that of --out).")
    private Optional<String> name = Optional.empty();

    @Option(
            names = "--version",
            paramLabel = "VERSION",
            defaultValue = "1.0",
            description = "Version for the metadata.")
    private String version;

    @Option(names = "--metadata", paramLabel = "FILE", description = "JSON object for CustomMetadata.")
    private Optional<Path> metadata = Optional.empty();

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where the image goes.")
    private Path out;

    @Option(names = "--force", description = "Overwrite a file that is there.")
    private boolean force;

    @Option(names = "--json", description = JSON)
    private boolean json;

    Build(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException {
        new NewFiles(force).refuseTaken(out);
        InputFile.requireNoFolder(kernel);
        refuseOutInside(app);
        refuseOutInside(init);
        Architecture machine = machine();
        Path work = Files.createTempDirectory(out.toAbsolutePath().getParent(), ".amesh-image-");
        try {
            Path applicationRamdisk = work.resolve("application.cpio");
            Path initRamdisk = Files.isDirectory(init) ? work.resolve("init.cpio") : init;
            if (Files.isDirectory(init)) {
                ramdisk(init, "plain", machine, initRamdisk, work);
            }
            int files = ramdisk(app, layout, machine, applicationRamdisk, work);
            terminal.say(
                    "Application: " + files + " files, " + Files.size(applicationRamdisk) + " bytes as a ramdisk.");
            EnclaveImage built = ImageWriter.write(
                    new ImageWriter.Parts(
                            machine, kernel, commandLine, metadata(), List.of(initRamdisk, applicationRamdisk)),
                    out,
                    force);
            print(built);
        } catch (MalformedImageException e) {
            throw CommandException.usage("these parts make no image: " + e.getMessage(), "", e);
        } finally {
            deleteAll(work);
        }
        return ExitStatus.DONE;
    }

    private int ramdisk(Path source, String layout, Architecture machine, Path to, Path work)
            throws CommandException, IOException {
        String platform = machine == Architecture.X86_64 ? "amd64" : "arm64";
        try (Application application = Application.read(source, platform, work);
                OutputStream file = Files.newOutputStream(to)) {
            FileTree files = laidOut(application, layout);
            warnOfLosses(source, application, layout);
            Ramdisk.write(files, file);
            return files.size();
        } catch (RamdiskException e) {
            throw CommandException.usage(source + " cannot become a ramdisk: " + e.getMessage(), "", e);
        }
    }

    private FileTree laidOut(Application application, String layout) throws CommandException, RamdiskException {
        return switch (layout) {
            case "plain" -> application.files();
            case "nitro" -> {
                if (application.launch().command().isEmpty()) {
                    throw CommandException.usage(
                            "--app-layout nitro: " + app + " names no command to start",
                            "a container image with Entrypoint or Cmd, or --app-layout plain");
                }
                yield application.files().forNitroInit(application.launch());
            }
            default -> throw CommandException.usage("--app-layout " + layout + " is not known", "plain or nitro");
        };
    }

    private void warnOfLosses(Path source, Application application, String layout) {
        Launch launch = application.launch();
        boolean dropped = !launch.command().isEmpty() || !launch.environment().isEmpty();
        if (layout.equals("plain") && dropped) {
            terminal.warn(source + ": Entrypoint, Cmd and Env of the container image are not in the ramdisk;"
                    + " what starts is up to its init (--app-layout nitro keeps them)");
        }
        if (application.otherOwners() > 0) {
            terminal.warn(source + ": " + application.otherOwners()
                    + " files of other owners are root's now, without setuid and setgid");
        }
    }

    /** What is written there would become part of what is read. */
    private void refuseOutInside(Path source) throws CommandException, IOException {
        Path folder = out.toAbsolutePath().getParent().toRealPath();
        if (Files.isDirectory(source) && folder.startsWith(source.toRealPath())) {
            throw CommandException.usage(out + " lies in " + source, "--out must name a place outside of it");
        }
    }

    private Architecture machine() throws CommandException {
        for (Architecture each : Architecture.values()) {
            if (each.toString().equals(architecture)) {
                return each;
            }
        }
        throw CommandException.usage("--arch " + architecture + " is not known", "x86_64 or aarch64");
    }

    private ImageMetadata metadata() throws IOException, CommandException, MalformedImageException {
        Optional<Bytes> custom = Optional.empty();
        if (metadata.isPresent()) {
            InputFile.requireNoFolder(metadata.get());
            if (Files.size(metadata.get()) > MAX_METADATA) {
                throw CommandException.usage(metadata.get() + " has more than " + MAX_METADATA + " bytes", "");
            }
            custom = Optional.of(Bytes.of(Files.readAllBytes(metadata.get())));
        }
        String named = name.orElseGet(() -> out.getFileName().toString().replaceFirst("\\.eif$", ""));
        return ImageMetadata.of(named, version, "amesh", Version.number(), custom);
    }

    private void print(EnclaveImage image) throws IOException {
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("file", out);
            line.put("size", Files.size(out));
            line.put("pcrs", ImageFiles.registers(image));
            terminal.json(line);
        } else {
            image.registers().values().forEach((index, value) -> terminal.print("PCR" + index + "  " + value.hex()));
        }
        terminal.say("Built: " + out + ", " + Files.size(out) + " bytes.");
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            for (Path each : inside.toList()) {
                Files.delete(each);
            }
        }
        Files.delete(folder);
    }
}

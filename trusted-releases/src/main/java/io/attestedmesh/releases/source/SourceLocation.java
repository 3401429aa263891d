package io.attestedmesh.releases.source;

import io.attestedmesh.attest.evidence.OneLine;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a bundle is published, read from one text of a configuration:
 *
 * <ul>
 *   <li>{@code path} a file, and {@code folder/}, with the slash, its {@code bundle.json};
 *   <li>{@code https://host/path}, and {@code http://} to this machine's own addresses only;
 *   <li>{@code s3://bucket/key}, with {@code ?region=…&endpoint=…} where the SDK's own are not meant;
 *   <li>{@code classpath:name}, bytes that were measured into the image.
 * </ul>
 */
public sealed interface SourceLocation permits FileLocation, WebLocation, S3Location, ClasspathLocation {
    /**
     * Reads a location; touches neither disk nor network.
     *
     * @throws IllegalArgumentException with a line that says what is wrong with it
     */
    static SourceLocation parse(String location) {
        if (location.isBlank()) {
            throw new IllegalArgumentException("an empty location of releases");
        }
        // Two letters at least: C: is a drive.
        Matcher scheme =
                Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):.*", Pattern.DOTALL).matcher(location);
        if (!scheme.matches()) {
            return FileLocation.of(path(location), location.endsWith("/"));
        }
        return switch (scheme.group(1).toLowerCase(Locale.ROOT)) {
            case "https", "http" -> new WebLocation(uri(location));
            case "s3" -> S3Location.parse(location);
            case "classpath" -> new ClasspathLocation(location.substring("classpath:".length()));
            default ->
                throw new IllegalArgumentException("releases come from a file, folder/, https://, s3:// or"
                        + " classpath:, not from " + OneLine.of(scheme.group(1)) + ": (a file of that name is ./"
                        + OneLine.of(location) + ")");
        };
    }

    /** {@code file}, {@code https}, {@code s3} or {@code classpath}: a label of metrics. */
    String kind();

    /** Opens it; the first fetch is the first time that anything is asked for. */
    ReleaseSource open(SourceSettings settings);

    private static Path path(String location) {
        try {
            return Path.of(location);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(OneLine.of(location) + " is no path of a file", e);
        }
    }

    private static URI uri(String location) {
        try {
            return new URI(location);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(OneLine.of(location) + " is no URL: " + OneLine.of(e.getReason()), e);
        }
    }
}

package io.attestedmesh.releases;

/** Bytes that are no trust root, list, bundle or checkpoint: too large, not their format, or outside its bounds. */
public final class MalformedReleasesException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param what what was being read, such as {@code "release list, releases[3].pcrs"}
     * @param problem what is wrong with it, a line, with anything that a stranger chose escaped
     */
    public MalformedReleasesException(String what, String problem) {
        this(what, problem, null);
    }

    public MalformedReleasesException(String what, String problem, Throwable cause) {
        super(what + ": " + problem, cause);
    }
}

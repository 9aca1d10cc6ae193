package io.matriarch.failover.core;

/**
 * When the emergency room beside the WAL is given up, when it is laid in again, and what that means
 * for others who look for a member with room.
 *
 * @param bytes of the ballast; 0: there is none
 * @param leastFree less free space than that is none
 */
public record Ballast(long bytes, long leastFree) {
    /** What is to be done with the file. */
    public enum Step {
        LEAVE,
        FREE,
        MAKE
    }

    /**
     * @param there whether the ballast is in its place
     * @param free bytes, as they are with it
     */
    public Step step(boolean there, long free) {
        if (there && (bytes == 0 || free < leastFree)) return Step.FREE;
        if (!there && bytes > 0 && free >= enough()) return Step.MAKE;
        return Step.LEAVE;
    }

    /**
     * Once there was no room there is only when the ballast is back, or twice the least is free: a
     * disk at the limit does not say now this, now that.
     */
    public WritePath.Room room(WritePath.Room before, boolean there, long free) {
        if (free < leastFree) return WritePath.Room.NONE;
        if (there || free >= enough()) return WritePath.Room.FREE;
        return bytes == 0 && before != WritePath.Room.NONE
                ? WritePath.Room.FREE
                : WritePath.Room.NONE;
    }

    private long enough() {
        return 2 * leastFree + bytes;
    }
}

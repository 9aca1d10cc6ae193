package io.matriarch.backup.codec;

import java.util.HashMap;
import java.util.Map;

/**
 * The bytes of a block map: a varint 0, then runs of blocks of equal reference, in them super
 * blocks, in them checksums. Offsets, sizes and numbers that follow from what went before are left
 * out; both sides keep the same {@link State} for that.
 */
public final class BlockMapCodec {
    private static final int FLAG_BITS = 3;
    private static final int LAST = 1;
    // Of a run whose reference is new.
    private static final int BUNDLE = 2;
    private static final int OFFSET = 4;
    // Of a run whose reference was there before.
    private static final int CONTINUED = 2;
    private static final int GAP = 4;
    private static final int CONTINUED_ONLY = 4;
    // Of a super block.
    private static final int RESIZED = 2;
    private static final int PARTIAL = 4;

    private BlockMapCodec() {}

    /** What is known of a reference so far. */
    private static final class State {
        long bundle;
        long offset;
        long storedSize;
        long contentSize;
        long nextNumber;
    }

    /**
     * @param blockSize of the file, by its manifest
     */
    public static byte[] encode(BlockMap map, int blockSize) {
        return new Encoding(map, blockSize).encode();
    }

    /**
     * @param blockSize and {@code checksumSize} of the file, by its manifest
     * @throws DamagedException the bytes are no map, or one of other sizes
     */
    public static BlockMap decode(byte[] bytes, int blockSize, int checksumSize)
            throws DamagedException {
        return new Decoding(bytes, blockSize, checksumSize).decode();
    }

    private static final class Encoding {
        private final BlockMap map;
        private final int blockSize;
        private final Varints.Writer out = new Varints.Writer();
        private final Map<Integer, State> states = new HashMap<>();
        private long lastStored;

        Encoding(BlockMap map, int blockSize) {
            this.map = map;
            this.blockSize = blockSize;
        }

        byte[] encode() {
            out.varint(0);
            int next = 0;
            while (next < map.count()) next = run(next);
            return out.bytes();
        }

        /** Writes the run that begins at {@code start}; returns where the next one does. */
        private int run(int start) {
            int reference = map.superBlock(start).reference();
            int end = start + 1;
            while (end < map.count() && map.superBlock(end).reference() == reference) end++;
            boolean last = end == map.count();
            var state = states.get(reference);
            boolean continued = state != null && state.offset == map.superBlock(start).offset();
            if (state == null) state = first(reference, map.superBlock(start), last);
            else if (continued) {
                boolean only = superBlockEnd(start, end) == end;
                head(reference, (last ? LAST : 0) | CONTINUED | (only ? CONTINUED_ONLY : 0));
            } else again(reference, state, map.superBlock(start), last);

            for (int at = start; at < end; continued = false) {
                int to = superBlockEnd(at, end);
                superBlock(state, at, to, to == end, continued);
                at = to;
            }
            return end;
        }

        private State first(int reference, SuperBlock superBlock, boolean last) {
            var state = new State();
            state.contentSize = blockSize;
            states.put(reference, state);
            boolean bundled = superBlock.bundle() != 0;
            boolean moved = superBlock.offset() != 0;
            head(reference, (last ? LAST : 0) | (bundled ? BUNDLE : 0) | (moved ? OFFSET : 0));
            if (bundled) out.varint(superBlock.bundle());
            if (moved) out.varint(superBlock.offset());
            return state;
        }

        private void again(int reference, State state, SuperBlock superBlock, boolean last) {
            long gap = superBlock.offset() - state.offset - state.storedSize;
            head(reference, (last ? LAST : 0) | (gap > 0 ? GAP : 0));
            if (gap > 0) out.varint(gap);
        }

        private void head(int reference, int flags) {
            out.varint((long) reference << FLAG_BITS | flags);
        }

        private int superBlockEnd(int start, int limit) {
            long offset = map.superBlock(start).offset();
            int end = start + 1;
            while (end < limit && map.superBlock(end).offset() == offset) end++;
            return end;
        }

        private void superBlock(State state, int from, int to, boolean last, boolean continued) {
            var superBlock = map.superBlock(from);
            int count = to - from;
            int firstNumber = map.number(from);
            boolean partial =
                    continued
                            || firstNumber != 0
                            || count != Math.ceilDiv(superBlock.contentSize(), blockSize);
            if (!continued) {
                boolean resized = superBlock.contentSize() != state.contentSize;
                long stored =
                        lastStored == 0
                                ? superBlock.storedSize()
                                : Varints.zigzag(superBlock.storedSize() - lastStored);
                int flags = (last ? LAST : 0) | (resized ? RESIZED : 0) | (partial ? PARTIAL : 0);
                out.varint(stored << FLAG_BITS | flags);
                if (resized) contentSize(superBlock.contentSize());
                state.contentSize = superBlock.contentSize();
                state.offset = superBlock.offset();
                state.storedSize = superBlock.storedSize();
                state.nextNumber = 0;
            }
            lastStored = superBlock.storedSize();
            if (partial) {
                long skip = firstNumber - state.nextNumber;
                out.varint((count - 1L) << 1 | (skip > 0 ? 1 : 0));
                if (skip > 0) out.varint(skip);
            }
            out.bytes(map.checksums(), from * map.checksumSize(), count * map.checksumSize());
            state.nextNumber = firstNumber + (long) count;
        }

        private void contentSize(long size) {
            long rest = size % blockSize;
            out.varint(size / blockSize << 1 | (rest > 0 ? 1 : 0));
            if (rest > 0) out.varint(rest);
        }
    }

    private static final class Decoding {
        private final int blockSize;
        private final int checksumSize;
        private final Varints.Reader in;
        private final byte[] bytes;
        private final BlockMap.Builder map;
        private final Map<Integer, State> states = new HashMap<>();
        private long lastStored;

        Decoding(byte[] bytes, int blockSize, int checksumSize) {
            this.bytes = bytes;
            this.blockSize = blockSize;
            this.checksumSize = checksumSize;
            in = new Varints.Reader(bytes);
            map = new BlockMap.Builder(checksumSize);
        }

        BlockMap decode() throws DamagedException {
            if (in.varint() != 0) throw damaged("its version is not known here");
            boolean last = false;
            while (!last) last = run();
            if (in.remaining() > 0) throw damaged("bytes follow its end");
            return map.build();
        }

        /** Whether it was the last. */
        private boolean run() throws DamagedException {
            long head = in.varint();
            int reference = index(head >>> FLAG_BITS);
            boolean continued = false;
            boolean last = false;
            var state = states.get(reference);
            if (state == null) {
                state = new State();
                state.contentSize = blockSize;
                states.put(reference, state);
                if ((head & BUNDLE) != 0) state.bundle = in.varint();
                if ((head & OFFSET) != 0) state.offset = in.varint();
            } else if ((head & CONTINUED) != 0) {
                continued = true;
                last = (head & CONTINUED_ONLY) != 0;
            } else {
                state.offset += state.storedSize;
                if ((head & GAP) != 0) state.offset += in.varint();
            }
            if (continued) blocks(reference, state, true);
            for (boolean first = !continued; !last; first = false) {
                if (!first) state.offset += state.storedSize;
                last = superBlock(reference, state);
            }
            return (head & LAST) != 0;
        }

        /** Whether it was the run's last. */
        private boolean superBlock(int reference, State state) throws DamagedException {
            long head = in.varint();
            long stored = head >>> FLAG_BITS;
            state.storedSize = lastStored == 0 ? stored : lastStored + Varints.unzigzag(stored);
            if ((head & RESIZED) != 0) {
                long blocks = in.varint();
                state.contentSize =
                        (blocks >>> 1) * blockSize + ((blocks & 1) != 0 ? in.varint() : 0);
            }
            if (state.storedSize < 1 || state.offset < 0 || state.contentSize < 1)
                throw damaged("a super block's size or place makes no sense");
            state.nextNumber = 0;
            blocks(reference, state, (head & PARTIAL) != 0);
            return (head & LAST) != 0;
        }

        private void blocks(int reference, State state, boolean partial) throws DamagedException {
            lastStored = state.storedSize;
            long count = Math.ceilDiv(state.contentSize, blockSize);
            if (partial) {
                long part = in.varint();
                if ((part & 1) != 0) state.nextNumber += in.varint();
                count = (part >>> 1) + 1;
            }
            if (count > in.remaining() / checksumSize) throw damaged("it is cut short");
            if ((state.nextNumber + count - 1) * blockSize >= state.contentSize)
                throw damaged("a block lies outside of its super block");
            var superBlock =
                    new SuperBlock(
                            reference,
                            state.bundle,
                            state.offset,
                            state.storedSize,
                            state.contentSize);
            for (int i = 0; i < count; i++)
                map.add(superBlock, index(state.nextNumber + i), bytes, in.skip(checksumSize));
            state.nextNumber += count;
        }

        private static int index(long value) throws DamagedException {
            if (value < 0 || value > Integer.MAX_VALUE) throw damaged("a number is out of range");
            return (int) value;
        }

        private static DamagedException damaged(String why) {
            return new DamagedException("a block map makes no sense: " + why);
        }
    }
}

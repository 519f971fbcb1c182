"""Who is speaking: the sound, the voice in it, and the mouths that move with it."""

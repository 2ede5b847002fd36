"""Where is it, how long does it take: networks, travel times, access. Pure: no file, no drawing."""

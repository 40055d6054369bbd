"""See forests from towers and cameras: where lookouts stand, what they can see over the terrain, which key forests nobody watches.

Rests on the Forest Fire Regulations (森林防火条例 19: lookouts and monitoring) and indicator 14 of the city's plan (coverage of key
forests, 90 %). Not here: hotspots and the danger of fire (telemetry's hazards), pictures of cameras.
"""

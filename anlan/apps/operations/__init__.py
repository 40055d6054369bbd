"""Operations 运行: what an operator watches in the program itself: events owed, timed jobs, proofs.

Law: 网络安全法 § 23 and MLPS (等级保护 2.0): operation is watched and recorded. Not here: what is watched (the kit writes it) and who is told (messages).
"""

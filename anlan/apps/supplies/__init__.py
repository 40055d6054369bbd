"""Emergency supplies 应急物资: depots, what stands in them, and the documents that move it.

Law: 突发事件应对法 §§ 45–47; GB/T 38565-2020. Not here: who needs what (relief), how it gets there (dispatch).
"""

"""The look: layout, components, template tags."""
